import { useEffect, useState } from "preact/hooks";

/** The time, again each second: for what says how long ago something was. */
export const useNow = (everyMs = 1_000): number => {
  const [nowMs, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
};

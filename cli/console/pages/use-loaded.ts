import { useEffect, useState } from "preact/hooks";
import { getJson } from "./api.ts";

export type Loaded<T> = {
  /** Of this path or, while that is under way, of the one before. */
  readonly value?: T;
  readonly error?: string;
  readonly loading: boolean;
};

/** Loads again whenever the path or the version changes; what is shown stays until then. */
export const useLoaded = <T>(path: string, version: unknown = 0): Loaded<T> => {
  const [loaded, setLoaded] = useState<Loaded<T>>({ loading: true });
  useEffect(() => {
    const controller = new AbortController();
    setLoaded((before) => ({ ...before, loading: true }));
    getJson<T>(path, controller.signal).then(
      (value) => setLoaded({ value, loading: false }),
      (error: Error) => {
        if (!controller.signal.aborted) setLoaded({ error: error.message, loading: false });
      },
    );
    return () => controller.abort();
  }, [path, version]);
  return loaded;
};

/** What the server tells by itself: the flow every few seconds, and how far what was begun has come. */
import { useEffect, useState } from "preact/hooks";
import type { ActView, FlowPoint, FlowView, LiveMessage } from "../console-views.ts";

export type Live = {
  readonly flow?: FlowView;
  readonly points: readonly FlowPoint[];
  readonly acts: readonly ActView[];
  /** Why what is shown is not of now. */
  readonly trouble?: { readonly error: string; readonly atMs: number };
};

const KEPT_POINTS = 1_000;
const LOST = "the console does not answer; is bus console still running?";

const next = ({ trouble: _, ...live }: Live, message: LiveMessage): Live => {
  switch (message.kind) {
    case "history":
      return { ...live, points: message.points };
    case "flow": {
      const before = live.points.filter(({ atMs }) => atMs < message.point.atMs);
      const points = [...before, message.point].slice(-KEPT_POINTS);
      return { ...live, flow: message.flow, points };
    }
    case "unreachable":
      return { ...live, trouble: message };
    case "acts":
      return { ...live, acts: message.acts, ...(_ === undefined ? {} : { trouble: _ }) };
  }
};

export const useLive = (): Live => {
  const [live, setLive] = useState<Live>({ points: [], acts: [] });
  useEffect(() => {
    const source = new EventSource("/api/live");
    source.onmessage = ({ data }) => setLive((before) => next(before, JSON.parse(data)));
    source.onerror = () =>
      setLive((before) => ({ ...before, trouble: { error: LOST, atMs: Date.now() } }));
    return () => source.close();
  }, []);
  return live;
};

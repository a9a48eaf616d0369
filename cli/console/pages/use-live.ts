/** What the server tells by itself: the flow every few seconds, and how far what was begun has come. */
import { useEffect, useState } from "preact/hooks";
import type { ActView, FlowPoint, FlowView, LiveMessage, LookView } from "../console-views.ts";

export type Live = {
  readonly flow?: FlowView;
  readonly points: readonly FlowPoint[];
  readonly acts: readonly ActView[];
  readonly looks: readonly LookView[];
  /** Why what is shown is not of now. */
  readonly trouble?: { readonly error: string; readonly atMs: number };
};

const KEPT_POINTS = 1_000;
const LOST = "the console does not answer; is bus console still running?";

const next = (before: Live, message: LiveMessage): Live => {
  switch (message.kind) {
    case "history":
      return { ...before, points: message.points };
    case "flow": {
      const { trouble: _over, ...live } = before;
      const earlier = live.points.filter(({ atMs }) => atMs < message.point.atMs);
      const points = [...earlier, message.point].slice(-KEPT_POINTS);
      return { ...live, flow: message.flow, points };
    }
    case "unreachable":
      return { ...before, trouble: message };
    case "acts":
      return { ...before, acts: message.acts };
    case "looks":
      return { ...before, looks: message.looks };
  }
};

export const useLive = (): Live => {
  const [live, setLive] = useState<Live>({ points: [], acts: [], looks: [] });
  useEffect(() => {
    const source = new EventSource("/api/live");
    source.onmessage = ({ data }) => setLive((before) => next(before, JSON.parse(data)));
    source.onerror = () =>
      setLive((before) => ({ ...before, trouble: { error: LOST, atMs: Date.now() } }));
    return () => source.close();
  }, []);
  return live;
};

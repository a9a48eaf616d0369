/**
 * Reads the stage again and again while somebody looks, and keeps the last minutes for the charts.
 * Nobody looks: nothing is read, since each read of a stage on AWS costs calls.
 */
import type { FlowPoint, FlowView, LiveMessage } from "./console-views.ts";

export type LiveFlowOptions = {
  readonly read: (signal: AbortSignal) => Promise<FlowView>;
  readonly nowMs: () => number;
  readonly everyMs: number;
  readonly keepMs: number;
};

type Listener = (message: LiveMessage) => void;

export type LiveFlow = {
  /** Tells what is known at once, then every change. Returns how to stop listening. */
  readonly listen: (listener: Listener) => () => void;
  /** Reads now, after a change that this console has made. */
  readonly refresh: () => void;
  readonly stop: () => void;
};

const pointOf = ({ status }: FlowView): FlowPoint => ({
  atMs: status.atMs,
  backlog: status.consumers.map(({ depth }) => depth),
});

export const liveFlow = ({ read, nowMs, everyMs, keepMs }: LiveFlowOptions): LiveFlow => {
  const listeners = new Set<Listener>();
  const stopped = new AbortController();
  let points: readonly FlowPoint[] = [];
  let last: LiveMessage | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reading = false;

  const tell = (message: LiveMessage) => {
    last = message;
    for (const listener of listeners) listener(message);
  };

  const readOnce = async () => {
    try {
      const flow = await read(stopped.signal);
      const point = pointOf(flow);
      points = [...points.filter(({ atMs }) => atMs > point.atMs - keepMs), point];
      tell({ kind: "flow", flow, point });
    } catch (error) {
      if (stopped.signal.aborted) return;
      const text = error instanceof Error ? error.message || error.name : String(error);
      tell({ kind: "unreachable", atMs: nowMs(), error: text });
    }
  };

  const loop = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (reading || stopped.signal.aborted || listeners.size === 0) return;
    reading = true;
    await readOnce();
    reading = false;
    if (!stopped.signal.aborted) timer = setTimeout(loop, everyMs);
  };

  return {
    listen: (listener) => {
      listeners.add(listener);
      listener({ kind: "history", points });
      if (last !== undefined) listener(last);
      // A further page waits for the next read.
      if (timer === undefined) void loop();
      return () => listeners.delete(listener);
    },
    refresh: () => void loop(),
    stop: () => {
      stopped.abort();
      clearTimeout(timer);
    },
  };
};

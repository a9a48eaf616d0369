/**
 * The redrives and discards that this console has started. They belong to it and not to a page: a
 * page may be closed and another one show how far they are.
 */
import { broadcast } from "./broadcast.ts";
import type { ConsolePorts, WorkEnd, WorkOptions } from "./console-ports.ts";
import type { ActView } from "./console-views.ts";

export type NewAct = Pick<ActView, "what" | "consumer" | "total"> & {
  readonly run: (options: WorkOptions) => Promise<WorkEnd>;
  readonly onEnd: () => void;
};

export type ActRegister = {
  /** `undefined` while another one works on this consumer's letters. */
  readonly start: (act: NewAct) => ActView | undefined;
  /** What has begun is ended in an orderly way; the rest is left as it was. */
  readonly cancel: (id: string) => boolean;
  /** The newest first. */
  readonly list: () => readonly ActView[];
  readonly listen: (listener: () => void) => () => void;
  /** Cancels what runs and waits for it. */
  readonly stop: () => Promise<void>;
};

const KEPT = 20;

type Entry = {
  view: ActView;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
};

const isRunning = ({ view }: Entry): boolean =>
  view.state === "running" || view.state === "cancelling";

const summaryOf = ({ by, what, consumer, total, state, result }: ActView): string => {
  const last = result?.split("\n").at(-1) ?? "";
  return `${by}: ${what} at ${consumer}, ${total} in the plan: ${state}. ${last}`;
};

const endOf = (error: unknown): WorkEnd => {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return { kind: "failed", text };
};

export const actRegister = ({ operator, nowMs, onChange }: ConsolePorts): ActRegister => {
  const changes = broadcast();
  let entries: readonly Entry[] = [];
  let started = 0;

  const update = (entry: Entry, change: Partial<ActView>) => {
    entry.view = { ...entry.view, ...change };
    changes.changed();
  };

  const work = async (entry: () => Entry, { run, onEnd }: NewAct, signal: AbortSignal) => {
    const onProgress = (done: number) => update(entry(), { done });
    const { kind, text } = await run({ onProgress, signal }).catch(endOf);
    update(entry(), { state: kind, result: text });
    onChange(summaryOf(entry().view));
    onEnd();
  };

  const start = (act: NewAct): ActView | undefined => {
    if (entries.some((entry) => isRunning(entry) && entry.view.consumer === act.consumer)) {
      return undefined;
    }
    const { what, consumer, total } = act;
    const id = String(++started);
    const controller = new AbortController();
    const begun = { by: operator, startedAtMs: nowMs(), done: 0, state: "running" } as const;
    const ended = Promise.resolve().then(() => work(() => entry, act, controller.signal));
    const entry: Entry = { view: { id, what, consumer, total, ...begun }, controller, ended };
    entries = [entry, ...entries].slice(0, KEPT);
    onChange(`${operator}: ${what} at ${consumer}, ${total} in the plan: begun.`);
    changes.changed();
    return entry.view;
  };

  return {
    start,
    cancel: (id) => {
      const entry = entries.find(({ view }) => view.id === id);
      if (entry === undefined || !isRunning(entry)) return false;
      update(entry, { state: "cancelling" });
      entry.controller.abort(new Error("cancelled"));
      return true;
    },
    list: () => entries.map(({ view }) => view),
    listen: changes.listen,
    stop: async () => {
      for (const { controller } of entries) controller.abort(new Error("the console stops"));
      await Promise.all(entries.map(({ ended }) => ended));
      changes.stop();
    },
  };
};

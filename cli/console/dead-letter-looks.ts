/**
 * What the last look into each dead-letter queue found. A look receives every order's first letter
 * and hides it for moments, so one look serves all pages, and it is repeated only on demand and
 * after an act of this console.
 */
import type { DeadLetterList } from "../dead-letters/dead-letter.ts";
import { broadcast } from "./broadcast.ts";
import type { ConsolePorts } from "./console-ports.ts";
import type { LookView } from "./console-views.ts";

export type Look = {
  readonly view: LookView;
  readonly list?: DeadLetterList;
  readonly atMs?: number;
};

export type DeadLetterLooks = {
  readonly get: (consumer: string) => Look;
  /** Begins a look, unless one is under way. */
  readonly begin: (consumer: string) => void;
  readonly views: () => readonly LookView[];
  readonly listen: (listener: () => void) => () => void;
  readonly stop: () => Promise<void>;
};

export const deadLetterLooks = ({
  deadLetters,
  nowMs,
}: Pick<ConsolePorts, "deadLetters" | "nowMs">): DeadLetterLooks => {
  const looks = new Map<string, Look>();
  const running = new Set<Promise<void>>();
  const stopped = new AbortController();
  const changes = broadcast();

  const get = (consumer: string): Look => looks.get(consumer) ?? { view: { consumer, looks: 0 } };

  const set = (consumer: string, look: Look) => {
    looks.set(consumer, look);
    changes.changed();
  };

  const look = async (consumer: string) => {
    const { looks: before } = get(consumer).view;
    const view = { consumer, looks: before };
    const onProgress = (looked: number, depth: number) =>
      set(consumer, { ...get(consumer), view: { ...view, looking: { looked, depth } } });
    onProgress(0, 0);
    try {
      const list = await deadLetters.list(consumer, { onProgress, signal: stopped.signal });
      set(consumer, { view: { consumer, looks: before + 1 }, list, atMs: nowMs() });
    } catch (error) {
      const text = error instanceof Error ? error.message || error.name : String(error);
      set(consumer, { ...get(consumer), view: { ...view, looks: before + 1, error: text } });
    }
  };

  return {
    get,
    begin: (consumer) => {
      if (get(consumer).view.looking !== undefined || stopped.signal.aborted) return;
      const done = look(consumer).finally(() => running.delete(done));
      running.add(done);
    },
    views: () => [...looks.values()].map(({ view }) => view),
    listen: changes.listen,
    stop: async () => {
      stopped.abort(new Error("the console stops"));
      await Promise.all(running);
      changes.stop();
    },
  };
};

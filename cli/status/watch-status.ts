import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../stage-clients.ts";
import { type BusStatus, readStatus } from "./read-status.ts";

export type WatchOptions = {
  /** Between the end of one look and the begin of the next. */
  readonly everySeconds: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly onStatus: (status: BusStatus) => void;
  /** A look that failed; the next one may not. */
  readonly onFault: (error: unknown) => void;
};

/** Looks again and again until the signal. Rejects when the very first look fails. */
export const watchStatus = async (stage: Stage, options: WatchOptions): Promise<void> => {
  const { everySeconds, signal, onStatus, onFault } = options;
  for (let looks = 0; !signal.aborted; looks++) {
    try {
      onStatus(await readStatus(stage, { signal }));
    } catch (error) {
      if (signal.aborted) return;
      if (looks === 0) throw error;
      onFault(error);
    }
    await sleep(everySeconds * 1_000, undefined, { signal }).catch(() => {});
  }
};

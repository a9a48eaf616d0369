/** Minutes that pass when a test says so, and no sooner than all is done that is due in them. */
import type { RuntimeClock } from "../../local/runtime-clock.ts";

export type HandClock = RuntimeClock & {
  /** Lets them pass one after another. What is due at the same moment is done in the order of its start. */
  readonly pass: (minutes: number) => Promise<void>;
};

const MINUTE_MS = 60_000;

type Job = {
  readonly periodMs: number;
  readonly work: () => Promise<void>;
  nextMs: number;
  running: Promise<void>;
};

/** Begins at the minute that it is. */
export const createHandClock = (): HandClock => {
  let nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const jobs = new Set<Job>();
  const nextOf = (periodMs: number) => (Math.floor(nowMs / periodMs) + 1) * periodMs;

  const doDue = async () => {
    for (const job of jobs) {
      if (job.nextMs > nowMs) continue;
      job.nextMs = nextOf(job.periodMs);
      job.running = job.work();
      await job.running;
    }
  };

  return {
    nowMs: () => nowMs,
    every: (periodMs, work) => {
      const job = { periodMs, work, nextMs: nextOf(periodMs), running: work() };
      jobs.add(job);
      return {
        stop: () => {
          jobs.delete(job);
          return job.running;
        },
      };
    },
    pass: async (minutes) => {
      await Promise.all([...jobs].map(({ running }) => running));
      const untilMs = nowMs + minutes * MINUTE_MS;
      while (nowMs < untilMs) {
        nowMs = Math.min(untilMs, ...[...jobs].map(({ nextMs }) => nextMs));
        await doDue();
      }
    },
  };
};

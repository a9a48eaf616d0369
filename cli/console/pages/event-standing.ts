import type { ConsumerProgress, TimelineEvent } from "../../order/read-timeline.ts";
import { milliseconds, plural } from "./format.ts";

export type EventStanding = {
  readonly level: "good" | "warn" | "bad" | "none";
  readonly mark: string;
  readonly text: string;
  /** When it was applied, where that is known. */
  readonly atMs?: number;
};

const applied = ({ sequence, time }: TimelineEvent, progress: ConsumerProgress): EventStanding => {
  const { appliedAtMs } = progress;
  const plain = { level: "good", mark: "✓", text: "applied" } as const;
  if (sequence !== progress.applied || appliedAtMs === undefined) return plain;
  const tookMs = appliedAtMs - Date.parse(time);
  const after = tookMs >= 0 ? ` after ${milliseconds(tookMs)}` : "";
  return { ...plain, text: `applied${after}`, atMs: appliedAtMs };
};

/** Where one event stands at one consumer. */
export const eventStanding = (event: TimelineEvent, progress: ConsumerProgress): EventStanding => {
  const { standing, discarded } = progress;
  const givenUp = discarded.find(({ seq }) => seq === event.sequence);
  if (givenUp !== undefined) {
    return { level: "warn", mark: "∅", text: `discarded by ${givenUp.who}`, atMs: givenUp.atMs };
  }
  if (progress.ignored?.includes(event.sequence)) {
    return { level: "none", mark: "–", text: "not handled" };
  }
  if (event.sequence <= progress.applied || standing.kind === "done") {
    return applied(event, progress);
  }
  if (event.sequence > standing.seq) return { level: "none", mark: "·", text: "waits behind it" };
  switch (standing.kind) {
    case "dead":
      return { level: "bad", mark: "✕", text: `dead: ${standing.cause}`, atMs: standing.deadAtMs };
    case "retrying":
      return { level: "warn", mark: "↻", text: `failed ${plural(standing.attempts, "time")}` };
    case "running":
      return { level: "warn", mark: "▸", text: "being tried" };
    case "behind":
      return { level: "none", mark: "·", text: "not come yet" };
  }
};

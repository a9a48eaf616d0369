import type { Audit } from "./audit/audit.ts";
import type { Played } from "./play-trace.ts";
import type { Figures } from "./read-figures.ts";

export type Measured = {
  readonly played: Played;
  readonly drainSeconds: number;
  readonly figures: Figures;
  readonly audit: Audit;
};

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** From the first call to the last effect. */
export const eventsPerSecond = ({ played, drainSeconds, audit }: Measured): number =>
  audit.events / (played.seconds + drainSeconds);

/** What a played trace came to, as `--report` writes it. */
export const traceReport = (measured: Measured) => {
  const { played, drainSeconds, figures, audit } = measured;
  const { orders, events, ...rest } = figures;
  return {
    orders,
    events,
    refused: played.refused,
    ...rest,
    audit: {
      ok: audit.ok,
      behind: Object.fromEntries(audit.consumers.map(({ name, behind }) => [name, behind])),
    },
    seconds: { play: round(played.seconds), drain: round(drainSeconds) },
    eventsPerSecond: round(eventsPerSecond(measured)),
  };
};

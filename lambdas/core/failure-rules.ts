import * as v from "valibot";

const whole = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** The failure rules' values: settings of the stage, handed to each consumer as one JSON text. */
export const failureRulesSchema = v.object({
  /** Attempts before an event may be decided dead. */
  attempts: whole(1, 1_000),
  /** And its first failure must lie at least this far back. */
  failingSeconds: whole(0, 86_400),
  backoffBaseSeconds: whole(1, 3_600),
  backoffCapSeconds: whole(1, 43_200),
  /** How long the first of a decided order's messages stays away between two receives. */
  bounceSeconds: whole(0, 900),
  /** The dead-letter budget. */
  budget: v.object({
    capacity: whole(1, 1_000_000),
    appliedPerToken: whole(1, 1_000_000),
    tokensPerMinute: whole(1, 1_000_000),
    tokensPerHour: whole(0, 1_000_000),
  }),
  /** Events older than this are never applied; 0: no limit, orders are kept for ever. */
  retainDays: whole(0, 36_500),
});
export type FailureRules = v.InferOutput<typeof failureRulesSchema>;

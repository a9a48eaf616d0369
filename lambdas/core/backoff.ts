import type { FailureRules } from "./failure-rules.ts";
import type { Random } from "./ports.ts";

/**
 * Seconds until a failed message comes back: exponential with equal jitter, whole, rounded up.
 *
 * The exponent is the receive count, which SQS keeps, and not the attempts: while the table is
 * down attempts cannot be written. Half of it is fixed, since full jitter spends receives so fast
 * that an outage is outlasted half as long.
 */
export const backoffSeconds = (
  receiveCount: number,
  rules: Pick<FailureRules, "backoffBaseSeconds" | "backoffCapSeconds">,
  random: Random,
): number => {
  const doublings = Math.min(Math.max(0, receiveCount - 1), 30);
  const full = Math.min(rules.backoffCapSeconds, rules.backoffBaseSeconds * 2 ** doublings);
  return Math.ceil(full / 2 + (random() * full) / 2);
};

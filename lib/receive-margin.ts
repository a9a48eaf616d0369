/**
 * How many receives a message needs, and how long they last.
 *
 * A message may be decided dead only after so many attempts *and* so long a time; until then each
 * attempt is a receive. SQS counts receives, and moves a message by that count alone. Too low a
 * `maxReceiveCount` therefore dead-letters healthy events without a decision.
 */

export type JudgementRules = {
  readonly attempts: number;
  readonly failingSeconds: number;
  readonly backoffBaseSeconds: number;
  readonly backoffCapSeconds: number;
};

/** AWS asks for at least 5 with Lambda, for receives that never reach a handler (2.20). */
const LOST_RECEIVES = 5;

/** Receives until an event that always fails may be decided dead, if jitter is least. */
export const receivesUntilJudgement = (rules: JudgementRules): number => {
  let receives = 1;
  let failingSeconds = 0;
  let backoff = rules.backoffBaseSeconds;
  while (receives < rules.attempts || failingSeconds < rules.failingSeconds) {
    failingSeconds += Math.max(1, Math.min(backoff, rules.backoffCapSeconds) / 2);
    backoff *= 2;
    receives += 1;
  }
  return receives;
};

/**
 * Twice that, since a follower shares the receives of the head that it waits behind and may need as
 * many again of its own; and a few for those that are lost.
 */
export const leastMaxReceiveCount = (rules: JudgementRules): number =>
  2 * receivesUntilJudgement(rules) + LOST_RECEIVES;

/** How long nothing is dead-lettered while functions cannot even start. */
export const outageBoundSeconds = (maxReceiveCount: number, visibilitySeconds: number): number =>
  maxReceiveCount * visibilitySeconds;

export const hours = (seconds: number): string => `${Math.round(seconds / 36) / 100} h`;

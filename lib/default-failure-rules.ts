/** A stage's failure rules unless its settings say otherwise. */
export const defaultFailureRules = {
  attempts: 8,
  failingSeconds: 600,
  backoffBaseSeconds: 1,
  backoffCapSeconds: 1_800,
  bounceSeconds: 1,
  budget: { capacity: 5, appliedPerToken: 200, tokensPerMinute: 5, tokensPerHour: 1 },
  retainDays: 0,
};

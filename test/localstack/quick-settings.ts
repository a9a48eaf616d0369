/** As the stage `dev` has it: any other name would be a lasting stage's. */
const AS_DEV = {
  consumerSettings: { initialStock: 1_000_000 },
  concurrency: "shared",
  protectData: "destroy",
} as const;

export const MAX_RECEIVES = 12;

/** What fails is dead, and moved, after so many receives this far apart: within a minute. */
export const quickSettings = (bounceSeconds: number) => ({
  ...AS_DEV,
  maxReceiveCount: MAX_RECEIVES,
  outageFloorSeconds: 0,
  failureRules: {
    ...{ attempts: 3, failingSeconds: 1, backoffCapSeconds: 2, bounceSeconds },
    budget: { capacity: 100, appliedPerToken: 1_000_000, tokensPerMinute: 1, tokensPerHour: 0 },
  },
});

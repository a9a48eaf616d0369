import type { StageOutputs } from "./stage-outputs.ts";

/** Of the default failure rules. */
const BACKOFF_CAP_SECONDS = 1_800;

/** Twice the stage's longest backoff: whatever lives is tried again within it. */
export const retryMs = ({
  BackoffCapSeconds = BACKOFF_CAP_SECONDS,
}: Pick<StageOutputs, "BackoffCapSeconds">): number => 2 * BackoffCapSeconds * 1_000;

/** Why an event that is nowhere may still be before the topic: then it is late, and not lost. */
import { queueDepth } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import { readMappingState } from "../status/read-mapping-state.ts";
import { readStageMetrics } from "../status/stage-metrics.ts";

export type RelayLook = {
  readonly nowMs: number;
  /** The relay may be this far behind the stream. */
  readonly settleMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** Nobody waits longer for what only makes a finding surer. */
const PATIENCE_MS = 10_000;

const askMapping = async (stage: Stage, signal: AbortSignal): Promise<string | undefined> => {
  const { RelayMappingId: mappingId } = stage.outputs;
  if (mappingId === undefined) return undefined;
  const asked = readMappingState(stage, { mappingId }, signal);
  const state = await asked.catch(() => "not known" as const);
  if (state === "enabled") return undefined;
  return state === "not known" ? "whether the relay runs is not known" : "the relay is paused";
};

const askBehind = async (
  { cloudwatch, outputs }: Stage,
  { nowMs, settleMs }: RelayLook,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (outputs.RelayFunction === undefined) return undefined;
  const alone = { cloudwatch, outputs: { ...outputs, Consumers: [] } };
  const asked = readStageMetrics(alone, { nowMs, signal });
  const metrics = await asked.catch(() => "not known" as const);
  if (metrics === "not known") return "how far the relay is behind is not known";
  const { relayBehindMs = 0 } = metrics;
  if (relayBehindMs <= settleMs) return undefined;
  return `the relay is ${Math.round(relayBehindMs / 1_000)} s behind`;
};

/** `undefined` where the relay has sent all that it was given. */
export const relayHold = async (stage: Stage, look: RelayLook): Promise<string | undefined> => {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const signal = look.signal === undefined ? timeout : AbortSignal.any([look.signal, timeout]);
  const { ParkingQueueUrl } = stage.outputs;
  const parked = ParkingQueueUrl === undefined ? 0 : await queueDepth(stage.sqs, ParkingQueueUrl);
  const reasons = [
    await askMapping(stage, signal),
    await askBehind(stage, look, signal),
    parked === 0 ? undefined : `the relay has parked ${parked} entries`,
  ].filter((reason) => reason !== undefined);
  look.signal?.throwIfAborted();
  return reasons.length === 0 ? undefined : reasons.join(", and ");
};

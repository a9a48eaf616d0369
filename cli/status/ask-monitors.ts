/** What Lambda and CloudWatch say of a stage: what is paused, ages and latencies. */
import type { Stage } from "../stage-clients.ts";
import { type MappingState, readMappingState } from "./read-mapping-state.ts";
import { readStageMetrics, type StageMetrics } from "./stage-metrics.ts";

/** Nobody waits longer: a status of a minute ago is of no use. */
const PATIENCE_MS = 10_000;

export type Asked = {
  readonly metrics: StageMetrics;
  /** By the mappings' ids. */
  readonly mappings: ReadonlyMap<string, MappingState>;
  /** What could not be had, as sentences for a person. */
  readonly notKnown: readonly string[];
};

const because = (error: unknown): string => {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: "" };
  if (message === "" || name === "Error") return message || name;
  return `${name}: ${message}`;
};

const askLambda = async (stage: Stage, signal: AbortSignal) => {
  const { Consumers, RelayMappingId } = stage.outputs;
  const ids = [...Consumers.map(({ mappingId }) => mappingId), RelayMappingId];
  const mappings = new Map<string, MappingState>();
  const faults = new Set<string>();
  const asks = ids.map(async (mappingId) => {
    if (mappingId === undefined) return;
    try {
      mappings.set(mappingId, await readMappingState(stage, { mappingId }, signal));
    } catch (error) {
      faults.add(`what is paused is not known (${because(error)})`);
    }
  });
  await Promise.all(asks);
  return { mappings, faults: [...faults] };
};

const askCloudWatch = async (stage: Stage, nowMs: number, signal: AbortSignal) => {
  try {
    return { metrics: await readStageMetrics(stage, { nowMs, signal }), faults: [] };
  } catch (error) {
    const faults = [`ages and latencies are not known (${because(error)})`];
    return { metrics: { consumers: new Map() }, faults };
  }
};

/** Never rejects for what they do not tell. */
export const askMonitors = async (
  stage: Stage,
  nowMs: number,
  signal: AbortSignal | undefined,
): Promise<Asked> => {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const [{ metrics, faults }, { mappings, faults: others }] = await Promise.all([
    askCloudWatch(stage, nowMs, either),
    askLambda(stage, either),
  ]);
  return { metrics, mappings, notKnown: [...faults, ...others] };
};

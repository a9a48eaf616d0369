import type { Stage } from "../stage-clients.ts";
import { readMappingState } from "../status/read-mapping-state.ts";

/**
 * The keys of consumers that are paused: what they lack waits in their queues on purpose, and a new
 * one gets its history by a backfill. Where Lambda does not answer, nobody counts as paused.
 */
export const pausedConsumers = async (stage: Stage): Promise<string[]> => {
  const states = stage.outputs.Consumers.map(async (consumer) => {
    const state = await readMappingState(stage, consumer).catch(() => "enabled" as const);
    return state === "paused" ? [consumer.name] : [];
  });
  return (await Promise.all(states)).flat();
};

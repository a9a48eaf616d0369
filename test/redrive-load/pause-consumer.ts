import { UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { Stage } from "../../cli/stage-clients.ts";
import type { ConsumerOutput } from "../../cli/stage-outputs.ts";
import { type MappingState, readMappingState } from "../../cli/status/read-mapping-state.ts";
import { until } from "../emulators/until.ts";

/** Resolves when the mapping is so. */
export const setMapping = async (
  stage: Stage,
  consumer: ConsumerOutput,
  wanted: Exclude<MappingState, "changing">,
): Promise<void> => {
  const Enabled = wanted === "enabled";
  await stage.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID: consumer.mappingId, Enabled }),
  );
  await until(
    `the mapping of ${consumer.name} is ${wanted}`,
    async () => (await readMappingState(stage, consumer)) === wanted,
  );
};

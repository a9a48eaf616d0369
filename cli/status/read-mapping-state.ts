import { GetEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";

/** `changing`: on its way from one to the other, which takes Lambda some seconds. */
export type MappingState = "enabled" | "paused" | "changing";

const STATES: Readonly<Record<string, MappingState>> = {
  Enabled: "enabled",
  Disabled: "paused",
};

/** Whether a consumer's queue is read. Rejects where Lambda does not answer. */
export const readMappingState = async (
  { lambda }: Pick<Stage, "lambda">,
  { mappingId }: ConsumerOutput,
  signal?: AbortSignal,
): Promise<MappingState> => {
  const command = new GetEventSourceMappingCommand({ UUID: mappingId });
  const { State = "" } = await lambda.send(
    command,
    signal === undefined ? {} : { abortSignal: signal },
  );
  return STATES[State] ?? "changing";
};

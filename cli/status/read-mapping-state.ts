import { GetEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { Stage } from "../stage-clients.ts";

/** `changing`: on its way from one to the other, which takes Lambda some seconds. */
export type MappingState = "enabled" | "paused" | "changing";

const STATES: Readonly<Record<string, MappingState>> = {
  Enabled: "enabled",
  Disabled: "paused",
};

/** Whether a consumer's queue, or the relay's stream, is read. Rejects where Lambda does not answer. */
export const readMappingState = async (
  { lambda }: Pick<Stage, "lambda">,
  { mappingId }: { readonly mappingId: string },
  signal?: AbortSignal,
): Promise<MappingState> => {
  const command = new GetEventSourceMappingCommand({ UUID: mappingId });
  const { State = "" } = await lambda.send(
    command,
    signal === undefined ? {} : { abortSignal: signal },
  );
  return STATES[State] ?? "changing";
};

import { LambdaClient, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { readOutputs } from "../../cli/read-outputs.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";

/**
 * A mapping that MiniStack's CloudFormation makes paused is paused, and yet told as enabled until it
 * is changed for the first time. This changes nothing else; on AWS there is nothing to put right.
 */
export const tellPaused = async (stage: string, consumer: string): Promise<void> => {
  const { mappingId: UUID } = consumerNamed(await readOutputs({ stage }), consumer);
  const client = new LambdaClient();
  try {
    await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  } finally {
    client.destroy();
  }
};

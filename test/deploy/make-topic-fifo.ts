import { SetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { readOutputs } from "../../cli/read-outputs.ts";

/**
 * MiniStack's CloudFormation makes a topic and forgets that it is FIFO. Its messages then have no
 * group, so nothing holds back what follows a message in flight. CloudFormation on AWS needs no
 * such help, and its SNS would refuse it.
 */
export const makeTopicFifo = async (stage: string): Promise<void> => {
  const { TopicArn } = await readOutputs({ stage });
  const client = new SNSClient();
  const [AttributeName, AttributeValue] = ["FifoTopic", "true"];
  try {
    await client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  } finally {
    client.destroy();
  }
};

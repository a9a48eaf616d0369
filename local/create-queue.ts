/** Creates an SQS queue, or brings the one of an earlier run to what the template says. */
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Properties } from "./resource-properties.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";

export type Queue = { readonly url: string; readonly arn: string };

/** Fixed when the queue is made, here or on AWS. */
const FIXED = new Set(["FifoQueue", "DeduplicationScope", "FifoThroughputLimit"]);

const attributesOf = ({ values }: Properties): Record<string, string> => {
  const names = RESOURCE_TYPES["AWS::SQS::Queue"]?.applied ?? [];
  const attributes: Record<string, string> = {};
  for (const name of names) {
    const value = values[name];
    if (name === "QueueName" || value === undefined) continue;
    attributes[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  return attributes;
};

const findUrl = async (sqs: SQSClient, QueueName: string): Promise<string | undefined> => {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
};

export const createQueue = async (
  sqs: SQSClient,
  QueueName: string,
  properties: Properties,
): Promise<Queue> => {
  const Attributes = attributesOf(properties);
  const existing = await findUrl(sqs, QueueName);
  if (existing) {
    const changeable = Object.entries(Attributes).filter(([name]) => !FIXED.has(name));
    const command = { QueueUrl: existing, Attributes: Object.fromEntries(changeable) };
    await sqs.send(new SetQueueAttributesCommand(command));
  }
  const url =
    existing ?? (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
  const answer = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
  );
  return { url, arn: answer.Attributes?.QueueArn ?? "" };
};

/** The redrive of the console's button and of `aws sqs start-message-move-task`: SQS does it itself. */
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { until } from "../emulators/until.ts";

const arnOf = async (sqs: SQSClient, QueueUrl: string): Promise<string> => {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  const { Attributes } = await sqs.send(command);
  if (Attributes?.QueueArn !== undefined) return Attributes.QueueArn;
  throw new Error(`the queue ${QueueUrl} tells no ARN`);
};

/** Sends a dead-letter queue's messages back to where they came from. Answers how many went. */
export const moveDeadLetters = async (
  sqs: SQSClient,
  deadLetterQueueUrl: string,
): Promise<number> => {
  const SourceArn = await arnOf(sqs, deadLetterQueueUrl);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  const task = await until(
    "the move task has ended",
    async () => {
      const command = new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 });
      return (await sqs.send(command)).Results?.[0] ?? {};
    },
    ({ Status }) => Status !== undefined && Status !== "RUNNING",
  );
  if (task.Status === "COMPLETED") return task.ApproximateNumberOfMessagesMoved ?? 0;
  throw new Error(`the move task ended as ${task.Status}: ${task.FailureReason ?? "no reason"}`);
};

import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import type { AwsQueue } from "./aws-queues.ts";
import { codeOf, replyOf } from "./reply.ts";
import type { MoveOptions, MoveUnderTest, Reply } from "./under-test.ts";

export const startMove = async (
  sqs: SQSClient,
  from: AwsQueue,
  { to, perSecond }: MoveOptions,
): Promise<MoveUnderTest | Reply> => {
  const SourceArn = from.arn;
  const DestinationArn = (to as AwsQueue | undefined)?.arn;
  const command = new StartMessageMoveTaskCommand({
    SourceArn,
    ...(DestinationArn === undefined ? {} : { DestinationArn }),
    ...(perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSecond }),
  });
  let TaskHandle = "";
  try {
    TaskHandle = (await sqs.send(command)).TaskHandle ?? "";
  } catch (error) {
    return codeOf(error);
  }
  return {
    status: async () => {
      const list = new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 });
      const [task] = (await sqs.send(list)).Results ?? [];
      return {
        status: task?.Status ?? "no task",
        moved: task?.ApproximateNumberOfMessagesMoved ?? 0,
        ...(task?.FailureReason === undefined ? {} : { reason: task.FailureReason }),
      };
    },
    cancel: () => replyOf(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))),
  };
};

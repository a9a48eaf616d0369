/** SQS's own redrive, as the console's button and `aws sqs start-message-move-task` call it. */
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { queueDepth } from "../../cli/queue-depth.ts";
import { type ConsumerName, consumerOf, readDueEvents, readRows } from "./consumers.ts";
import { waitFor } from "./wait-for.ts";
import type { World } from "./world.ts";

const queueArn = async (world: World, QueueUrl: string): Promise<string> => {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  return (await world.stage.sqs.send(command)).Attributes?.QueueArn ?? "";
};

/** How an endpoint says that it does not know the call. */
const UNKNOWN = ["InvalidAction", "UnsupportedOperation", "NotImplemented", "UnknownOperation"];

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && UNKNOWN.some((name) => `${error.name} ${error.message}`.includes(name));

const moveAll = async (world: World, SourceArn: string): Promise<void> => {
  const { sqs } = world.stage;
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  await waitFor(
    () => `the move task from ${SourceArn} has not ended`,
    world.patienceMs,
    async () => {
      const command = new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 });
      const { Results: [task] = [] } = await sqs.send(command);
      if (task?.Status === "FAILED") throw new Error(`the move task failed: ${task.FailureReason}`);
      return task?.Status === "COMPLETED" ? true : undefined;
    },
  );
};

/**
 * Starts the move until the order is applied, and answers how often that took: what overtakes on
 * the way goes back to the dead-letter queue, so each pass applies the order's head at least (2.25).
 * `undefined`: the endpoint has no such call.
 */
export const redriveNatively = async (
  world: World,
  consumer: ConsumerName,
  orderId: string,
): Promise<number | undefined> => {
  const dueEvents = await readDueEvents(world, consumer, [orderId]);
  const most = dueEvents(orderId, 0).length;
  const { deadLetterQueueUrl } = consumerOf(world, consumer);
  const source = await queueArn(world, deadLetterQueueUrl);
  for (let passes = 1; passes <= most; passes++) {
    try {
      await moveAll(world, source);
    } catch (error) {
      if (passes === 1 && isUnknown(error)) return undefined;
      throw error;
    }
    const settled = await waitFor(
      () => `order ${orderId} is neither applied at ${consumer} nor dead again`,
      world.patienceMs,
      async () => {
        const [row] = await readRows(world, consumer, [orderId]);
        const left = dueEvents(orderId, row?.seq ?? 0).length;
        if (left === 0) return "applied";
        const letters = await queueDepth(world.stage.sqs, deadLetterQueueUrl);
        return letters >= left ? "dead again" : undefined;
      },
    );
    if (settled === "applied") return passes;
  }
  throw new Error(`${most} passes of SQS's redrive have not applied order ${orderId}`);
};

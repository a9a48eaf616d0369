import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { readParked } from "../../cli/order/read-parked.ts";
import type { Stage } from "../../cli/stage-clients.ts";

const error = { name: "InvalidParameter", message: "too long" };

/** A parking queue that gives out each of these once. */
const stageOf = (bodies: readonly unknown[]) => {
  const fresh = bodies.map((body, index) => ({
    ...{ MessageId: `m${index}`, ReceiptHandle: `r${index}`, Body: JSON.stringify(body) },
  }));
  const released: (string | undefined)[] = [];
  const send = async (command: unknown) => {
    if (command instanceof GetQueueAttributesCommand) {
      const ApproximateNumberOfMessages = String(fresh.length);
      const none = "0";
      return {
        Attributes: {
          ApproximateNumberOfMessages,
          ApproximateNumberOfMessagesNotVisible: none,
          ApproximateNumberOfMessagesDelayed: none,
        },
      };
    }
    if (command instanceof ReceiveMessageCommand) return { Messages: fresh.splice(0, 10) };
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      released.push(...(command.input.Entries ?? []).map(({ ReceiptHandle }) => ReceiptHandle));
      return {};
    }
    throw new Error("not modelled");
  };
  const stage = { sqs: { send }, outputs: { ParkingQueueUrl: "parking" } } as unknown as Stage;
  return { stage, released };
};

it("an order's parked events are told lowest first, and the queue is as it was", async () => {
  const entries = [3, 2].map((sequence) => ({ orderId: "a", sequence, error }));
  const { stage, released } = stageOf([...entries, { orderId: "b", sequence: 1, error }, "?"]);
  expect(await readParked(stage, "a")).toEqual([
    { sequence: 2, error },
    { sequence: 3, error },
  ]);
  expect(released.toSorted()).toEqual(["r0", "r1", "r2", "r3"]);
});

it("what bus dlq relay does not know for an event is none of an order either", async () => {
  const { stage } = stageOf([{ orderId: "a", sequence: 0, error }]);
  expect(await readParked(stage, "a")).toEqual([]);
});

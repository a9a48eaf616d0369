import type { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { snsOrderTopic } from "../../lambdas/aws/sns-order-topic.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { orderAt } from "./relay-world.ts";

const TOPIC = "arn:aws:sns:eu-west-1:000000000000:orders.fifo";
const entries = ["a", "b", "c"].map((orderId) => composePublication(orderAt(orderId, 1), 1));

type Input = PublishBatchCommand["input"];

/** An SNS that answers as told and keeps what it was sent. */
const topicThat = (answer: (input: Input) => unknown) => {
  const inputs: Input[] = [];
  const send = async ({ input }: PublishBatchCommand) => {
    inputs.push(input);
    return answer(input);
  };
  return { inputs, topic: snsOrderTopic({ send } as unknown as SNSClient, TOPIC) };
};

const named = (name: string, message = "") => Object.assign(new Error(message), { name });
const kinds = (results: readonly { kind: string }[]) => results.map(({ kind }) => kind);

describe("the topic", () => {
  test("T28 groups by order id and deduplicates by event id", async () => {
    const { inputs, topic } = topicThat(() => ({ Successful: [{ Id: "0" }] }));
    await topic.publish(entries.slice(0, 1));
    expect(inputs[0]).toEqual({
      TopicArn: TOPIC,
      PublishBatchRequestEntries: [
        { Id: "0", Message: entries[0]?.body, MessageGroupId: "a", MessageDeduplicationId: "a-1" },
      ],
    });
  });

  test("T22 each entry has its own result, and one without any has failed", async () => {
    const failed = { Id: "1", Code: "InternalError", SenderFault: false };
    const { topic } = topicThat(() => ({ Successful: [{ Id: "0" }], Failed: [failed] }));
    expect(kinds(await topic.publish(entries))).toEqual(["published", "failed", "failed"]);
  });

  test.each([
    ["InvalidParameter", true, "Invalid parameter: Message too long", "unsendable"],
    ["InvalidParameter", false, "Invalid parameter: Message too long", "failed"],
    ["InvalidParameter", true, "Invalid parameter: TopicArn", "failed"],
    ["AuthorizationError", true, "not authorized", "failed"],
    ["KMSAccessDenied", true, "no key", "failed"],
    ["Throttled", true, "slow down", "failed"],
    ["SomethingNew", true, "", "failed"],
  ])("T24 an entry failed with %s (sender fault %s, %s) is %s", async (...row) => {
    const [Code, SenderFault, Message, kind] = row;
    const { topic } = topicThat(() => ({ Failed: [{ Id: "0", Code, SenderFault, Message }] }));
    expect(kinds(await topic.publish(entries.slice(0, 1)))).toEqual([kind]);
  });

  test("T24 a call refused as a whole is sent one by one, and only the culprit is condemned", async () => {
    const { inputs, topic } = topicThat(({ PublishBatchRequestEntries = [] }) => {
      const culprit = PublishBatchRequestEntries.some(
        ({ MessageGroupId }) => MessageGroupId === "b",
      );
      if (culprit) throw named("BatchRequestTooLongException");
      return { Successful: PublishBatchRequestEntries.map(({ Id }) => ({ Id })) };
    });
    expect(kinds(await topic.publish(entries))).toEqual(["published", "unsendable", "published"]);
    expect(inputs).toHaveLength(4);
  });

  test.each([
    ["AuthorizationErrorException", ""],
    ["NotFoundException", "Topic does not exist"],
    ["ThrottledException", ""],
    ["TimeoutError", ""],
    ["InvalidParameterException", "Invalid parameter: TopicArn"],
  ])("a call that ends in %s (%s) condemns nothing and is not split", async (name, message) => {
    const { inputs, topic } = topicThat(() => {
      throw named(name, message);
    });
    expect(kinds(await topic.publish(entries))).toEqual(["failed", "failed", "failed"]);
    expect(inputs).toHaveLength(1);
  });
});

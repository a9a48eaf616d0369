import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import type { Missing } from "../../cli/audit/find-event.ts";
import { traceMissing } from "../../cli/audit/trace-missing.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { CONSUMERS } from "./make-stage.ts";

const [consumer] = CONSUMERS;
if (consumer === undefined) throw new Error("no consumer");
const missing: Missing = {
  ...{ orderId: "a", next: 1, version: 1, events: 1, lastEventAtMs: 0 },
  standing: "behind",
};

type World = { readonly leaseMs?: number; readonly onReceive?: () => void };

/** Dead-letter queues that count a letter, and give none out; rows and leases as they are told. */
const stageOf = ({ leaseMs, onReceive = () => {} }: World): Stage => {
  const lease = { holder: "me", act: "redrive", token: "t", sinceMs: 0, heldUntilMs: leaseMs };
  const sqs = async (command: unknown) => {
    if (command instanceof ReceiveMessageCommand) onReceive();
    if (!(command instanceof GetQueueAttributesCommand)) return {};
    const isDead = command.input.QueueUrl?.endsWith("-dead") === true;
    const Attributes = {
      ApproximateNumberOfMessages: isDead ? "1" : "0",
      ...{ ApproximateNumberOfMessagesNotVisible: "0", ApproximateNumberOfMessagesDelayed: "0" },
    };
    return { Attributes };
  };
  const dynamo = async (command: unknown) => {
    const isHeld = leaseMs !== undefined && leaseMs > Date.now();
    if (!(command instanceof PutItemCommand) || !isHeld) return {};
    const refusal = { message: "it is another's", $metadata: {}, Item: marshall(lease) };
    throw new ConditionalCheckFailedException(refusal);
  };
  return {
    sqs: { send: sqs },
    dynamo: { send: dynamo },
    outputs: { DedupTable: "dedup", Consumers: CONSUMERS },
  } as unknown as Stage;
};

describe("the look for what a consumer lacks", () => {
  const trace = (stage: Stage, signal?: AbortSignal) =>
    traceMissing(stage, [missing], { consumer, waiting: 0, nowMs: 0, signal });

  it("calls nothing lost where the queue counts a letter that it does not give out", async () => {
    expect(await trace(stageOf({}))).toMatchObject({ traced: [{ where: "overdue" }] });
  });

  it("ends without a verdict when it is told to stop", async () => {
    const stop = new AbortController();
    const stage = stageOf({ onReceive: () => stop.abort() });
    await expect(trace(stage, stop.signal)).rejects.toThrow("aborted");
  });

  it("leaves the queue alone while somebody holds the lease now, whenever the audit began", async () => {
    let received = 0;
    const onReceive = () => received++;
    const held = stageOf({ leaseMs: Date.now() + 60_000, onReceive });
    expect(await trace(held)).toMatchObject({ traced: [{ where: "overdue" }] });
    expect(received).toBe(0);
    await trace(stageOf({ leaseMs: Date.now() - 60_000, onReceive }));
    expect(received).toBeGreaterThan(0);
  });
});

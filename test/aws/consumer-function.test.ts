/** A consumer as Lambda runs it: over DynamoDB as dynoxide plays it, and an SQS that only listens. */
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ConsumerHandler, consumerFunction } from "../../lambdas/aws/consumer-function.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { createTables, DATA_TABLES } from "../contract/create-tables.ts";
import { usualRules } from "../core/make-context.ts";
import { type MessageShape, makeMessage } from "../core/make-message.ts";
import { type Dynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { startStubSqs } from "./start-stub-sqs.ts";

/** Inventory, but with something to do, however little, for each event of an order. */
const everyType: Consumer = { ...(inventory as unknown as Consumer), handles: EVENT_TYPES };

type MetricLine = {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [metric: string]: unknown;
};

let dynamo: Dynoxide;
let sqs: Awaited<ReturnType<typeof startStubSqs>>;
let handler: ConsumerHandler;
let downstream: () => void;
let printed: string[];

beforeAll(async () => {
  [dynamo, sqs] = await Promise.all([startDynoxide(), startStubSqs()]);
  await createTables(dynamo.client);
  const environment = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    POWERTOOLS_METRICS_NAMESPACE: "OrderEventBus",
    CONSUMER: "inventory",
    GENERATION: "1",
    DEDUP_TABLE: "dedup",
    DATA_TABLES: JSON.stringify(DATA_TABLES),
    QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/inventory.fifo",
    FAILURE_RULES: JSON.stringify(usualRules),
    CONSUMER_SETTINGS: JSON.stringify({ initialStock: 100 }),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  handler = consumerFunction(everyType, async () => downstream());
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([dynamo?.stop(), sqs?.stop()]);
});

beforeEach(() => {
  downstream = () => {};
  sqs.calls.length = 0;
  printed = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      printed.push(String(chunk));
      return true;
    });
  }
  return () => vi.restoreAllMocks();
});

const toRecord = (shape: MessageShape): SQSRecord => {
  const { messageId, receiptHandle, body, receiveCount, sentAtMs } = makeMessage(shape);
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAtMs),
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: String(sentAtMs),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:inventory.fifo",
    awsRegion: "eu-west-1",
  };
};

const invoke = (...shapes: MessageShape[]) => {
  const event: SQSEvent = { Records: shapes.map(toRecord) };
  const context = { getRemainingTimeInMillis: () => 30_000 } as Context;
  return handler(event, context);
};

const metricLines = (): MetricLine[] =>
  printed
    .join("")
    .split("\n")
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line) as MetricLine);

const rowOf = async (orderId: string) => {
  const place = { dedupTable: "dedup", consumer: "inventory", dataTables: DATA_TABLES };
  return (await dynamoLedger(dynamo.client, place).read([orderId])).get(orderId);
};

describe("an invocation", () => {
  it("answers with the ids that must come back, and nothing else", async () => {
    const response = await invoke(
      { orderId: "a1" },
      { orderId: "a2", sequence: 2 },
      { messageId: "unreadable", body: "no JSON" },
    );
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: "a2-message-2" }, { itemIdentifier: "unreadable" }],
    });
    expect(await rowOf("a1")).toMatchObject({ seq: 1, state: { status: "reserved" } });
  });

  it("that finds everything done answers with an empty list", async () => {
    await invoke({ orderId: "b1" });
    expect(await invoke({ orderId: "b1", receiveCount: 2 })).toEqual({ batchItemFailures: [] });
    expect(sqs.calls).toEqual([]);
  });

  it("tells the queue of the followers first, then of the head, wherever the queue's URL points", async () => {
    await invoke({ orderId: "c1", sequence: 2 }, { orderId: "c1", sequence: 3 });
    expect(sqs.calls).toMatchObject([
      {
        action: "ChangeMessageVisibilityBatch",
        entries: [{ ReceiptHandle: "receipt of c1-message-3", VisibilityTimeout: 0 }],
      },
      {
        action: "ChangeMessageVisibilityBatch",
        entries: [{ ReceiptHandle: "receipt of c1-message-2", VisibilityTimeout: 1 }],
      },
    ]);
  });

  it("T3 keeps nothing for the next: what failed in one succeeds in the next", async () => {
    downstream = () => {
      throw new Error("away");
    };
    const batch = [1, 2].map((sequence) => ({ orderId: "d1", sequence }));
    const ids = ["d1-message-1", "d1-message-2"];
    expect(await invoke(...batch)).toEqual({
      batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
    });
    downstream = () => {};
    const again = batch.map((shape) => ({ ...shape, receiveCount: 2 }));
    expect(await invoke(...again)).toEqual({ batchItemFailures: [] });
    expect(await rowOf("d1")).toMatchObject({ seq: 2 });
  });

  it("T3 side by side with another of the same process answers for its own batch alone", async () => {
    const [one, two] = await Promise.all([
      invoke({ orderId: "e1" }, { orderId: "e2", sequence: 2 }),
      invoke({ orderId: "e3", sequence: 2 }, { orderId: "e4" }),
    ]);
    expect(one.batchItemFailures).toEqual([{ itemIdentifier: "e2-message-2" }]);
    expect(two.batchItemFailures).toEqual([{ itemIdentifier: "e3-message-2" }]);
  });
});

describe("the metrics", () => {
  it("are one line of the consumer's counts and its latencies", async () => {
    await invoke({ orderId: "f1" }, { orderId: "f2" }, { orderId: "f3", sequence: 2 });
    const [line, ...others] = metricLines();
    expect(others).toEqual([]);
    const { Namespace, Dimensions, Metrics } = line!._aws.CloudWatchMetrics[0]!;
    expect(Namespace).toBe("OrderEventBus");
    expect(Dimensions).toEqual([expect.arrayContaining(["consumer"])]);
    expect(Metrics.map(({ Name, Unit }) => [Name, Unit])).toEqual([
      ["Applied", "Count"],
      ["Parked", "Count"],
      ["LatencyMs", "Milliseconds"],
    ]);
    expect(line).toMatchObject({ consumer: "inventory", Applied: 2, Parked: 1 });
    expect(line!.LatencyMs).toHaveLength(2);
  });

  it("of one invocation are not told again in the next", async () => {
    await invoke({ orderId: "g1" });
    await invoke({ orderId: "g2" });
    expect(metricLines().map(({ Applied }) => Applied)).toEqual([1, 1]);
  });

  it("count a dead decision once, not its bounces", async () => {
    const poison = { orderId: "h1", body: "no JSON", messageId: "h1" };
    await invoke(poison);
    const decided = printed.length;
    await invoke({ ...poison, receiveCount: 2 });
    expect(metricLines().map(({ Dead }) => Dead)).toEqual([1]);
    expect(printed.slice(decided)).toEqual([]);
  });

  it("say that no decision could be made for want of a token", async () => {
    const rules = { ...usualRules, budget: { ...usualRules.budget, capacity: 1 } };
    vi.stubEnv("FAILURE_RULES", JSON.stringify(rules));
    vi.stubEnv("CONSUMER", "without-budget");
    await invoke({ messageId: "i1", body: "no JSON" });
    await invoke({ messageId: "i2", body: "no JSON" });
    vi.stubEnv("CONSUMER", "inventory");
    vi.stubEnv("FAILURE_RULES", JSON.stringify(usualRules));
    expect(metricLines()).toMatchObject([
      { Dead: 1 },
      { Retried: 1, Applied: 0, Postponed: 0, NoDeadLetterBudget: 1, FailingMs: 0 },
    ]);
  });
});

it("no line that is printed holds anything of what a customer sent", async () => {
  const customerId = "somebody@example.com";
  downstream = () => {
    throw new Error(`the downstream repeats ${customerId}`);
  };
  const invalid = JSON.stringify({
    subject: "k2",
    sequence: "1",
    schemaversion: "1.0",
    customerId,
  });
  await invoke(
    { orderId: "k1", customerId, lines: [{ sku: "a-rare-sku", quantity: 1, unitPriceCents: 1 }] },
    { messageId: "k2", body: invalid },
    { messageId: "k3", body: `no JSON of ${customerId}` },
  );
  const text = printed.join("");
  expect(text).toContain("k1-message-1");
  expect(text).not.toContain(customerId);
  expect(text).not.toContain("a-rare-sku");
});

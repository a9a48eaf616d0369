/** What `bus dlq relay clear` removes, and what it must not: an entry is the only trace of its events. */
import { BatchGetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand as Publish, type PublishBatchCommand } from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clearRelayFailures } from "../../../cli/dead-letters/clear-relay-failures.ts";
import type { Stage } from "../../../cli/stage-clients.ts";
import type { OrderItem } from "../../../lambdas/core/order-item.ts";
import { makeOrder } from "../../core/make-order.ts";

/** An order of one event that was taken then. */
const orderAt = (orderId: string, time: string): OrderItem => {
  const order = makeOrder([], orderId);
  return { ...order, events: order.events.map((event) => ({ ...event, time })) };
};

/** As Lambda tells a batch that it gave up: times in whole seconds. */
const streamRecords = (batchSize: number, first: string, last = first) => ({
  requestContext: { condition: "RecordAgeExceeded" },
  DDBStreamBatchInfo: {
    ...{ batchSize, approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last },
  },
});
const unsendable = (orderId: string, sequence: number) => ({
  ...{ orderId, sequence, error: { name: "InvalidParameter", message: "no" } },
});

type Faults = {
  readonly refused?: ReadonlySet<string>;
  /** Called in each scan of the store. */
  readonly onScan?: () => Promise<void>;
};

/** A parking queue, a store and a topic, each by the few calls that are made of it. */
const makeWorld = (
  entries: readonly unknown[],
  orders: readonly OrderItem[],
  { refused = new Set(), onScan = async () => {} }: Faults = {},
) => {
  const parked = new Map(entries.map((entry, index) => [`r${index}`, JSON.stringify(entry)]));
  const fresh = new Set(parked.keys());
  const hides: { readonly receipts: readonly string[]; readonly seconds: number }[] = [];
  const sent: string[] = [];
  const reads: string[] = [];
  const toSqs = async (command: unknown) => {
    if (command instanceof GetQueueAttributesCommand) {
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(parked.size),
          ApproximateNumberOfMessagesNotVisible: "0",
          ApproximateNumberOfMessagesDelayed: "0",
        },
      };
    }
    if (command instanceof ReceiveMessageCommand) {
      const given = [...fresh].slice(0, 10);
      for (const id of given) fresh.delete(id);
      const Messages = given.map((id) => ({
        ...{ MessageId: id, ReceiptHandle: id, Body: parked.get(id) },
      }));
      return { Messages };
    }
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      const { Entries = [] } = command.input;
      const receipts = Entries.map(({ ReceiptHandle = "" }) => ReceiptHandle);
      hides.push({ receipts, seconds: Entries[0]?.VisibilityTimeout ?? -1 });
      return {};
    }
    if (command instanceof DeleteMessageBatchCommand) {
      const { Entries = [] } = command.input;
      for (const { ReceiptHandle = "" } of Entries) parked.delete(ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })) };
    }
    throw new Error("not modelled");
  };
  const toDynamo = async (command: unknown) => {
    if (command instanceof ScanCommand) {
      reads.push("scan");
      await onScan();
      return { Items: orders.map((order) => marshall(order, { removeUndefinedValues: true })) };
    }
    if (command instanceof BatchGetItemCommand) {
      reads.push("get");
      const asked = command.input.RequestItems?.orders?.Keys?.map((key) => key.orderId?.S) ?? [];
      const found = orders.filter(({ orderId }) => asked.includes(orderId));
      const items = found.map((order) => marshall(order, { removeUndefinedValues: true }));
      return { Responses: { orders: items } };
    }
    throw new Error("not modelled");
  };
  const toSns = async (command: PublishBatchCommand) => {
    if (!(command instanceof Publish)) throw new Error("not modelled");
    const { PublishBatchRequestEntries: all = [] } = command.input;
    const isRefused = ({ MessageGroupId = "" }) => refused.has(MessageGroupId);
    const taken = all.filter((entry) => !isRefused(entry));
    sent.push(...taken.map(({ MessageDeduplicationId = "" }) => MessageDeduplicationId));
    return {
      Successful: taken.map(({ Id }) => ({ Id })),
      Failed: all.filter(isRefused).map(({ Id }) => ({ Id, Code: "Refused" })),
    };
  };
  const stage = {
    ...{ sqs: { send: toSqs }, dynamo: { send: toDynamo }, sns: { send: toSns } },
    outputs: { OrdersTable: "orders", TopicArn: "t", ParkingQueueUrl: "parking" },
  } as unknown as Stage;
  return { stage, parked, hides, sent, reads };
};

describe("clearing what the relay could not send", () => {
  afterEach(() => void vi.useRealTimers());
  const AT = "2026-03-01T10:00:00Z";

  it("sends an event of within the second that Lambda cuts off", async () => {
    const world = makeWorld([streamRecords(1, AT)], [orderAt("a", "2026-03-01T10:00:00.500Z")]);
    expect(await clearRelayFailures(world.stage)).toMatchObject({ entries: 1, removed: 1 });
    expect(world.sent).toEqual(["a-1"]);
    expect(world.parked.size).toBe(0);
  });

  it("sends events whose shop's clock was ahead or behind", async () => {
    const orders = [
      orderAt("a", "2026-03-01T10:00:50.000Z"),
      orderAt("b", "2026-03-01T09:59:10.000Z"),
      orderAt("c", "2026-03-01T11:00:00.000Z"),
    ];
    const world = makeWorld([streamRecords(2, AT)], orders);
    expect(await clearRelayFailures(world.stage)).toMatchObject({ removed: 1 });
    expect(world.sent.toSorted()).toEqual(["a-1", "b-1"]);
  });

  it("keeps stream records of whose time the store has no event", async () => {
    const world = makeWorld([streamRecords(1, AT)], [orderAt("a", "2026-03-01T12:00:00.000Z")]);
    const { removed, kept } = await clearRelayFailures(world.stage);
    expect({ removed, kept }).toEqual({
      removed: 0,
      kept: [expect.stringContaining("the store has 0 readable events")],
    });
    expect([world.parked.size, world.sent]).toEqual([1, []]);
  });

  it("sends, but keeps, stream records of which the store has fewer events", async () => {
    const world = makeWorld([streamRecords(2, AT)], [orderAt("a", AT)]);
    const { removed, kept } = await clearRelayFailures(world.stage);
    expect({ removed, kept }).toEqual({
      removed: 0,
      kept: [expect.stringContaining("2 stream records of 2026-03-01T10:00:00.000Z")],
    });
    expect([world.parked.size, world.sent]).toEqual([1, ["a-1"]]);
  });

  it("keeps an entry whose order was refused, is not there, or ends before its event", async () => {
    const entries = [unsendable("a", 1), unsendable("b", 1), unsendable("gone", 1)];
    const world = makeWorld(
      [...entries, unsendable("b", 2), "not the relay's"],
      [orderAt("a", AT), orderAt("b", AT)],
      { refused: new Set(["a"]) },
    );
    expect(await clearRelayFailures(world.stage)).toMatchObject({ entries: 5, removed: 1 });
    expect([...world.parked.keys()]).toEqual(["r0", "r2", "r3", "r4"]);
  });

  it("reads the store once for all entries, and hides them for as long as that takes", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const entries = [streamRecords(1, AT), streamRecords(1, "2026-03-02T10:00:00Z")];
    const orders = [orderAt("a", AT), orderAt("b", "2026-03-02T10:00:00.999Z")];
    const world = makeWorld([...entries, unsendable("b", 1)], orders, {
      onScan: async () => void (await vi.advanceTimersByTimeAsync(900_000)),
    });
    expect(await clearRelayFailures(world.stage)).toMatchObject({ entries: 3, removed: 3 });
    expect(world.reads.filter((kind) => kind === "scan")).toHaveLength(1);
    const renewals = world.hides.filter(({ seconds }) => seconds > 0);
    expect(renewals.length).toBeGreaterThanOrEqual(900 / 300);
    for (const { receipts, seconds } of renewals) {
      expect(receipts.toSorted()).toEqual(["r0", "r1", "r2"]);
      expect(seconds).toBe(300);
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});

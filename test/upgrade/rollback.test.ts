/**
 * A newer version ran, wrote, and was rolled back: this one meets what it does not know in rows and
 * orders. What it does not know, it keeps.
 */
import type {
  AttributeValue,
  DynamoDBClient,
  UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dynamoOrderStore } from "../../lambdas/aws/dynamo-order-store.ts";
import { type Item, itemToRow, rowToItem } from "../../lambdas/aws/ledger-item.ts";
import { decideStep, MAX_ITEM_BYTES } from "../../lambdas/core/decide-step.ts";
import { discardEvent } from "../../lambdas/core/discard-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { readEntries } from "../../lambdas/core/relay-entries.ts";
import { scriptClient } from "../aws/script-client.ts";
import { fail, makeWorld, putRow } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";
import { makeOrder, stepCommand } from "../core/make-order.ts";
import { FORMATS, readRows } from "./fixtures.ts";

/** Names that this version gives to nothing. */
const attributes = fc.dictionary(
  fc.stringMatching(/^x[a-z]{1,8}$/),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.record({ deep: fc.array(fc.integer()) })),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
);

/** A row in DynamoDB, with what the newer version put beside the rest. */
const stored = (name: string, more: object): Item => ({
  ...readRows(FORMATS.rows, "rows-with-lives")[name],
  ...marshall(more),
});

describe("a row with what a newer version wrote beside the rest", () => {
  const meet = async (name: string, more: object, behave: () => void = () => {}) => {
    const world = makeWorld();
    world.behave = behave;
    const row = putRow(world, itemToRow(stored(name, more)));
    const { messageId = "m", sentAtMs = 0 } = row.life ?? {};
    await world.deliver(
      makeMessage({ orderId: "delivered", sequence: 2, messageId, sentAtMs, receiveCount: 2 }),
    );
    return { row, item: rowToItem(world.row("delivered")!, "test") };
  };
  const keeps = (item: Item, more: object) => expect(unmarshall(item)).toMatchObject(more);

  it("keeps it when the next event is applied", () =>
    fc.assert(
      fc.asyncProperty(attributes, async (more) => {
        const { item } = await meet("started", more);
        expect(item.seq).toEqual({ N: "2" });
        keeps(item, more);
      }),
    ));

  it("keeps it when the next event fails, and when it is decided dead", () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom("started", "failed"), attributes, async (name, more) => {
        const { row, item } = await meet(name, more, () => fail());
        expect(Number(item.rev?.N)).toBeGreaterThan(row.rev);
        keeps(item, more);
      }),
    ));

  it("keeps it when its event is discarded", () =>
    fc.assert(
      fc.property(attributes, (more) => {
        const row = itemToRow(stored("dead", more));
        const seen = { seq: 2, life: row.life };
        const discarded = discardEvent(row, seen, { who: "ann", why: "twice", atMs: 1 });
        keeps(rowToItem(discarded!, "test"), more);
      }),
    ));

  it("is an ordinary one otherwise: no attribute of ours is taken for the newer version's", () => {
    for (const name of ["started", "failed", "dead", "discarded", "expiring"]) {
      const item = readRows(FORMATS.rows, "rows-with-lives")[name]!;
      expect(itemToRow(item).newer, name).toBeUndefined();
      expect(rowToItem(itemToRow(item), "test"), name).toEqual(item);
    }
  });

  it("keeps what is new in the life of a message that fails again", async () => {
    const item = stored("failed", {});
    const life = { ...unmarshall(item).life, blame: "the downstream" };
    const world = makeWorld();
    world.behave = () => fail();
    putRow(world, itemToRow({ ...item, ...marshall({ life }) }));
    const { messageId, sentAtMs } = life;
    await world.deliver(
      makeMessage({ orderId: "delivered", sequence: 2, messageId, sentAtMs, receiveCount: 9 }),
    );
    expect(world.row("delivered")?.life).toMatchObject({ attempts: 9, blame: "the downstream" });
  });
});

describe("an order with what a newer version wrote", () => {
  const order = makeOrder(["pay"]);
  const newer = {
    ...order,
    giftCard: "thank you",
    lines: order.lines.map((line) => ({ ...line, wrapped: true })),
    events: order.events.map((event) => ({ ...event, actor: "shop" })),
  };
  const shipped = (): OrderItem => {
    const decision = decideStep(newer, stepCommand("ship", 3), {
      retainDays: 0,
      maxItemBytes: MAX_ITEM_BYTES,
    });
    if (decision.kind !== "accepted") throw new Error(decision.kind);
    return decision.item;
  };

  it("is read from the table with all of it", async () => {
    const { client } = scriptClient<DynamoDBClient>(() => ({ Item: marshall(newer) }));
    const read = await dynamoOrderStore(client, "orders").get("o1");
    expect(read).toEqual({ kind: "found", item: newer });
  });

  it("takes a step of this version, which writes over none of it", async () => {
    const { client, asked } = scriptClient<DynamoDBClient>(() => ({}));
    await dynamoOrderStore(client, "orders").put(shipped(), 2);
    const update = asked[0]?.input as UpdateItemCommandInput | undefined;
    const names = Object.values(update?.ExpressionAttributeNames ?? {});
    expect(names.toSorted()).toEqual(["events", "giftCard", "status", "version"]);
    const values = unmarshall(
      (update?.ExpressionAttributeValues ?? {}) as Record<string, AttributeValue>,
    );
    expect(values[":giftCard"]).toBe("thank you");
    expect(values[":added"]).toHaveLength(1);
    expect(update?.UpdateExpression).toContain("list_append(#events, :added)");
    expect(update?.UpdateExpression).not.toContain("REMOVE");
  });

  it("is published by this version's relay, event for event", () => {
    const record = { kind: "written", recordId: "1", orderId: "o1" } as const;
    const entries = readEntries({ ...record, oldImage: newer, newImage: shipped() }, 0);
    expect(entries).toMatchObject([{ sequence: 3, content: { kind: "event" } }]);
    const all = readEntries({ ...record, newImage: { ...newer, status: "returned" } }, 0);
    expect(all.map(({ content }) => content.kind)).toEqual(["event", "event"]);
  });

  it("refuses a step from a status that this version does not know, and keeps it", () => {
    const returned = { ...newer, status: "returned" } as unknown as OrderItem;
    const rules = { retainDays: 0, maxItemBytes: MAX_ITEM_BYTES };
    expect(decideStep(returned, stepCommand("ship", 3), rules)).toEqual({
      kind: "conflict",
      status: "returned",
      allowed: [],
    });
  });
});

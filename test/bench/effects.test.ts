import { describe, expect, it } from "vitest";
import { arrivalsOf, benchQueue, workThrough } from "../../bench/effects/bench-queue.ts";
import { sideCost } from "../../bench/effects/effect-costs.ts";
import { expectedTables } from "../../bench/effects/expected-tables.ts";
import { killTrace } from "../../bench/effects/kill-everywhere.ts";
import { withLines } from "../../bench/effects/measure-baskets.ts";
import type { ConsumerMeasure, SideMeasure } from "../../bench/effects/measure-side.ts";
import { pairsOf } from "../../bench/effects/peers/basket.ts";
import { firstDifference } from "../../bench/effects/read-tables.ts";
import { firstOrders, type ShopEvent, shopEvents } from "../../bench/effects/shop-events.ts";
import { CONSUMERS } from "../../bench/effects/sides.ts";
import { eventsToTime } from "../../bench/effects/time-sides.ts";
import { marketDay } from "../../bench/market-day.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { predictFigures } from "../cli/predict-figures.ts";

const trace = generateTrace(3, 60);
const events = shopEvents(trace);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe("the events of a trace", () => {
  it("are those that the order API would accept, each with an id and a body of its own", () => {
    const { events: count, refused } = predictFigures(trace);
    expect(events.length).toBe(count);
    expect(refused).toBeGreaterThan(0);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(count);
    for (const { orderId, sequence, eventId, body } of events) {
      expect(JSON.parse(body)).toMatchObject({
        ...{ subject: orderId, sequence: String(sequence), id: eventId },
      });
    }
  });

  it("of the first orders are whole orders in the order of the trace", () => {
    const part = firstOrders(trace, 7);
    const orders = new Set(part.map(({ orderId }) => orderId));
    expect(orders.size).toBe(7);
    expect(part).toEqual(trace.filter(({ orderId }) => orders.has(orderId)));
  });

  it("that are timed share no order and no id with those that warm up", () => {
    const parts = eventsToTime(trace);
    const both = [...parts.warmUp, ...parts.events];
    expect(new Set(both.map(({ eventId }) => eventId)).size).toBe(both.length);
    const warm = new Set(parts.warmUp.map(({ orderId }) => orderId));
    expect(parts.events.length).toBeGreaterThan(0);
    expect(parts.events.filter(({ orderId }) => warm.has(orderId))).toEqual([]);
  });
});

describe("a marketplace's day", () => {
  const placed = marketDay(3, 200).flatMap((line) => (line.action === "place" ? [line] : []));

  it("has so many orders, most of them for one SKU", () => {
    expect(placed).toHaveLength(200);
    const sizes = Object.groupBy(placed, ({ lines }) => lines.length);
    expect(Object.keys(sizes)).toEqual(["1", "2"]);
    expect((sizes[2] ?? []).length).toBeLessThan(200 * 0.03);
  });

  it("has an own customer for each order, and seldom a SKU that was bought before", () => {
    expect(new Set(placed.map(({ customerId }) => customerId)).size).toBe(200);
    const skus = placed.flatMap(({ lines }) => lines.map(({ sku }) => sku));
    expect(new Set(skus).size).toBeGreaterThan(skus.length * 0.9);
  });

  it("ends with all of them delivered but for one in 21", () => {
    const ended = shopEvents(marketDay(3, 200)).filter(({ type }) => type === "order.delivered");
    expect(ended).toHaveLength(200 - Math.round(200 / 21));
  });

  it("may have baskets of a given size, with SKUs that no other order buys", () => {
    const lines = withLines(trace, 3).flatMap((line) =>
      line.action === "place" ? line.lines : [],
    );
    const orders = trace.filter(({ action }) => action === "place").length;
    expect(new Set(lines.map(({ sku }) => sku)).size).toBe(3 * orders);
  });
});

describe("the expected tables", () => {
  it("add up to what the demo's own prediction says", () => {
    const figures = predictFigures(trace);
    const column = (consumer: "inventory", table: string, name: string) =>
      sum(
        Object.values(expectedTables(consumer, events)[table] ?? {}).map((row) =>
          Number((row as Record<string, number>)[name]),
        ),
      );
    expect(column("inventory", "stock", "reserved")).toBe(figures.inventory.reserved);
    expect(column("inventory", "stock", "shipped")).toBe(figures.inventory.shipped);
    const { points } = expectedTables("loyalty", events);
    expect(sum(Object.values(points ?? {}) as number[])).toBe(figures.loyalty.points);
    const { bought, together } = expectedTables("recommendation", events);
    expect(sum(Object.values(bought ?? {}) as number[])).toBe(figures.recommendation.bought);
    expect(sum(Object.values(together ?? {}) as number[])).toBe(figures.recommendation.together);
    const { facts } = expectedTables("warehouse", events);
    expect(Object.keys(facts ?? {}).length).toBe(figures.warehouse.facts);
    const chains = Object.values(expectedTables("fraud", events).chains ?? {});
    const xor = chains.reduce<bigint>((all, chain) => all ^ BigInt(`0x${chain}`), 0n);
    expect(`0x${xor.toString(16)}`).toBe(figures.fraud.xor);
  });

  it("differ wherever an event that adds takes effect twice or not at all", () => {
    const created = events.find(({ type }) => type === "order.created") as ShopEvent;
    for (const consumer of ["inventory", "recommendation", "fraud"] as const) {
      const right = expectedTables(consumer, events);
      for (const count of [0, 2]) {
        const wrong = expectedTables(consumer, events, (event) => (event === created ? count : 1));
        expect(firstDifference(wrong, right)).toMatch(/ is .*, expected /);
      }
    }
  });

  it("are compared by all keys of both", () => {
    expect(firstDifference({ points: { ada: 1 } }, { points: { ada: 1 } })).toBeUndefined();
    expect(firstDifference({ points: {} }, { points: { ada: 1 } })).toBe(
      "points ada is nothing, expected 1",
    );
    expect(firstDifference({ points: { ada: 1 } }, {})).toBe("points ada is 1, expected nothing");
  });
});

it("pairs twelve SKUs, and fewer where a transaction has no room", () => {
  const skus = (count: number) => Array.from({ length: count }, (_, index) => `sku-${index}`);
  expect(pairsOf(skus(3))).toEqual([
    ["sku-0", "sku-1"],
    ["sku-0", "sku-2"],
    ["sku-1", "sku-2"],
  ]);
  expect(pairsOf(skus(20)).length).toBe(66);
  for (const count of [33, 34, 60, 99]) {
    expect(count + pairsOf(skus(count)).length).toBeLessThanOrEqual(99);
  }
});

const workAll = async (mode: "live" | "backlog", failFirst: readonly string[] = []) => {
  const batches: string[][] = [];
  const failing = new Set(failFirst);
  let nowMs = 0;
  const drained = await workThrough(
    {
      ...{ queue: benchQueue("loyalty"), consumer: "loyalty", maxReceives: 5 },
      nowMs: () => nowMs,
      waitUntil: (ms) => {
        nowMs = ms;
      },
      invoke: async (records) => {
        batches.push(records.map(({ body }) => JSON.parse(body).id));
        const failed = records.filter(({ body }) => failing.delete(JSON.parse(body).id));
        return { batchItemFailures: failed.map((one) => ({ itemIdentifier: one.messageId })) };
      },
    },
    arrivalsOf(events, mode),
  );
  return { batches, drained };
};

describe("the queue of the bench", () => {
  it("hands out live events ten at a time, in the order of publication", async () => {
    const { batches, drained } = await workAll("live");
    expect(batches.slice(0, -1).every(({ length }) => length === 10)).toBe(true);
    batches.forEach((batch, index) => {
      const sent = events.slice(index * 10, index * 10 + 10).map(({ eventId }) => eventId);
      expect(batch.toSorted()).toEqual(sent.toSorted());
    });
    expect(drained).toEqual({
      ...{ batches: batches.length, receives: batches.length, deletes: batches.length },
      stuck: false,
    });
  });

  it("hands out a backlog in runs of single orders", async () => {
    const { batches } = await workAll("backlog");
    const orderOf = new Map(events.map(({ eventId, orderId }) => [eventId, orderId]));
    const handed = batches.flat().map((id) => orderOf.get(id));
    const runs = handed.filter((orderId, index) => orderId !== handed[index - 1]);
    expect(runs.length).toBe(new Set(handed).size);
    expect(handed.length).toBe(events.length);
  });

  it("brings back what failed, and the order's later events after it", async () => {
    const late = events.find(({ sequence }) => sequence === 2) as ShopEvent;
    const { batches, drained } = await workAll("live", [late.eventId]);
    const handed = batches.flat();
    expect(handed.filter((id) => id === late.eventId).length).toBe(2);
    expect(drained.stuck).toBe(false);
  });
});

describe("the costs", () => {
  const call = (operation: string, write: number, read = 0) => ({
    ...{ operation, startMs: 0, endMs: 0, entries: 1, messageBytes: 0 },
    units: { stock: { read, write }, dedup: { read: 0, write: 1 } },
  });
  const measure = (calls: ConsumerMeasure["calls"]): ConsumerMeasure => ({
    ...{ seconds: 0, batches: 2, receives: 2, deletes: 2, ownQueueCalls: 1, calls },
  });

  it("are the calls of all consumers for each event", () => {
    const measures = Object.fromEntries(
      CONSUMERS.map((name) => [name, measure([call("PutItem", 2), call("GetItem", 0, 4)])]),
    ) as SideMeasure;
    const { all, consumers } = sideCost(measures, 10);
    expect(consumers.fraud).toEqual({
      ...{ dynamoRequests: 0.2, writeUnits: 0.4, readUnits: 0.4, sqsRequests: 0.5 },
      ...{ invocations: 0.2, operations: { GetItem: 0.1, PutItem: 0.1 } },
    });
    expect(all).toEqual({
      ...{ dynamoRequests: 1, writeUnits: 2, readUnits: 2, sqsRequests: 2.5 },
      ...{ invocations: 1, operations: { GetItem: 0.5, PutItem: 0.5 } },
    });
  });
});

it("kills in a trace that has every type of event and several orders in a batch", () => {
  const small = shopEvents(killTrace());
  expect(new Set(small.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  const [first = []] = arrivalsOf(small, "live");
  expect(new Set(first.map(({ orderId }) => orderId)).size).toBeGreaterThan(1);
});

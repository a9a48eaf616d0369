import { describe, expect, it } from "vitest";
import type { Adjust } from "../../lambdas/core/consumer.ts";
import type { ItemVerdict, Ledger, TogetherResult } from "../../lambdas/core/ports.ts";
import { kinds, makeWorld, putRow, type World, type WorldShape } from "./make-context.ts";
import { makeMessage } from "./make-message.ts";

const ORDERS = ["o1", "o2", "o3"];

type Calls = { alone: string[]; together: { orders: string[]; effects: readonly Adjust[] }[] };

/** Orders that all buy the same SKU; calls of the ledger are noted, and may be answered by a test. */
const shop = (
  answer: (
    call: number,
    ledger: Ledger,
    ...args: Parameters<Ledger["commitTogether"]>
  ) => Promise<TogetherResult>,
  shape: WorldShape = {},
): World & Calls => {
  const calls: Calls = { alone: [], together: [] };
  const world: World = makeWorld({
    ...shape,
    consumer: {
      handle: (_state, { orderId }) => ({
        state: { of: orderId },
        effects: [
          { kind: "adjust", table: "stock", key: { sku: "tea" }, add: { sold: 1 } },
          { kind: "adjust", table: "own", key: { orderId }, add: { times: 1 } },
        ],
      }),
      ...shape.consumer,
    },
    context: {
      ledger: {
        read: (ids) => world.ledger.read(ids),
        readBudget: () => world.ledger.readBudget(),
        commitBudget: (before, after) => world.ledger.commitBudget(before, after),
        commit: (write) => {
          calls.alone.push(write.after.by ?? "");
          return world.ledger.commit(write);
        },
        commitTogether: (rows, effects) => {
          calls.together.push({ orders: rows.map(({ after }) => after.orderId), effects });
          return answer(calls.together.length, world.ledger, rows, effects);
        },
      },
      ...shape.context,
    },
  });
  return Object.assign(world, calls);
};
const pass: Parameters<typeof shop>[0] = (_call, ledger, rows, effects) =>
  ledger.commitTogether(rows, effects);
const batch = () => ORDERS.map((orderId) => makeMessage({ orderId }));
const sold = (world: World) => world.tables.items("stock").get("tea")?.sold;

/** Cancels the first call with these verdicts on its rows. */
const cancelFirst =
  (...rows: ItemVerdict[]): Parameters<typeof shop>[0] =>
  async (call, ledger, ...args) =>
    call === 1
      ? { kind: "cancelled", rows, effects: args[1].map(() => "fine") }
      : ledger.commitTogether(...args);

describe("orders of one batch", () => {
  it("are one transaction, in which the item they share is written once", async () => {
    const world = shop(pass);
    const report = await world.deliver(...batch());
    expect(report.failedIds).toEqual([]);
    expect(world.alone).toEqual([]);
    expect(world.together).toHaveLength(1);
    expect(world.together[0]?.effects[0]).toMatchObject({ key: { sku: "tea" }, add: { sold: 3 } });
    expect(sold(world)).toBe(3);
  });

  it("are no transaction where they write nothing but their rows", async () => {
    const world = shop(pass, { consumer: { handle: () => ({ state: {} }) } });
    await world.deliver(...batch());
    expect(world.together).toEqual([]);
    expect(world.alone).toHaveLength(3);
  });

  it("are as many transactions as their items need", async () => {
    const many = Array.from({ length: 60 }, (_, index) => `o${index}`);
    const world = shop(pass);
    await world.deliver(...many.map((orderId) => makeMessage({ orderId })));
    // A row and an item of its own each, and the SKU once a transaction: 49 orders fit 100 items.
    expect(world.together.map(({ orders }) => orders.length)).toEqual([49, 11]);
    expect(sold(world)).toBe(60);
  });

  it("one alone is a write of its own", async () => {
    const world = shop(pass);
    await world.deliver(makeMessage());
    expect(world.together).toEqual([]);
    expect(world.alone).toEqual(["o1-message-1/1/applied"]);
  });
});

describe("a transaction that is cancelled", () => {
  it("goes again at once without an order whose row has changed", async () => {
    const world = shop((call, ledger, rows, effects) => {
      if (call === 1) putRow(world, { orderId: "o2", seq: 1, by: "somebody else" });
      return ledger.commitTogether(rows, effects);
    });
    const report = await world.deliver(...batch());
    expect(kinds(report)).toMatchObject({ "o2-message-1": "duplicate" });
    expect(world.together.map(({ orders }) => orders)).toEqual([ORDERS, ["o1", "o3"]]);
    expect(sold(world)).toBe(2);
  });

  it("takes a row that is as this write left it for written", async () => {
    // The reply of the first call was lost; the table had done it.
    const world = shop(async (_call, ledger, rows, effects) => {
      await ledger.commitTogether(rows, effects);
      return ledger.commitTogether(rows, effects);
    });
    const report = await world.deliver(...batch());
    expect(report.failedIds).toEqual([]);
    expect(world.together).toHaveLength(1);
    expect(sold(world)).toBe(3);
  });

  it("waits and tries those again that met a conflict, the others at once", async () => {
    const world = shop(cancelFirst("busy", "busy", "fine"));
    const report = await world.deliver(...batch());
    expect(report.failedIds).toEqual([]);
    expect(world.together.map(({ orders }) => orders)).toEqual([ORDERS, ["o1", "o2"]]);
    expect(world.alone).toEqual(["o3-message-1/1/applied"]);
    expect(sold(world)).toBe(3);
  });

  it("holds a conflict on a shared item against those that change it, and nobody else", async () => {
    const world = shop(async (call, ledger, rows, effects) =>
      call === 1
        ? {
            kind: "cancelled",
            rows: rows.map(() => "fine"),
            effects: effects.map(({ key }) => (key.orderId === "o2" ? "busy" : "fine")),
          }
        : ledger.commitTogether(rows, effects),
    );
    await world.deliver(...batch());
    expect(world.together.map(({ orders }) => orders)).toEqual([ORDERS, ["o1", "o3"]]);
    expect(world.alone).toEqual(["o2-message-1/1/applied"]);
    expect(sold(world)).toBe(3);
  });

  it("lets one that the table cannot take fail alone", async () => {
    const world = shop(cancelFirst("fine", "invalid", "fine"));
    const report = await world.deliver(...batch());
    expect(report.failedIds).toEqual([]);
    expect(world.alone).toEqual(["o2-message-1/1/applied"]);
    expect(sold(world)).toBe(3);
  });

  it("lets each order whose bounds refused, alone or with others, be judged alone", async () => {
    const world = shop(pass, {
      consumer: {
        handle: () => ({
          state: { took: true },
          effects: [
            {
              kind: "adjust",
              table: "stock",
              key: { sku: "tea" },
              add: { left: -1 },
              start: { left: 2 },
              floor: { left: 0 },
            },
          ],
          otherwise: { state: { took: false } },
        }),
      },
    });
    const report = await world.deliver(...batch());
    expect(report.failedIds).toEqual([]);
    expect(world.tables.items("stock").get("tea")).toEqual({ left: 0 });
    const took = ORDERS.map((orderId) => world.row(orderId)?.state?.took);
    expect(took.filter(Boolean)).toHaveLength(2);
  });

  it("is not tried again when there is no time left for a call that nobody answers", async () => {
    let remainingMs = 30_000;
    const slow: Parameters<typeof shop>[0] = async (_call, _ledger, rows, effects) => {
      remainingMs = 1_000;
      return {
        kind: "cancelled",
        rows: rows.map((_, index) => (index === 0 ? "refused" : "fine")),
        effects: effects.map(() => "fine"),
      };
    };
    const world = shop(slow, { context: { remainingMs: () => remainingMs } });
    const report = await world.deliver(...batch());
    expect(world.together).toHaveLength(1);
    expect(world.alone).toEqual([]);
    expect(Object.values(kinds(report))).toEqual(ORDERS.map(() => "postponed"));
  });

  it("with nobody to blame is done one by one, and not for ever", async () => {
    const world = shop(cancelFirst("fine", "fine", "fine"));
    await world.deliver(...batch());
    expect(world.together).toHaveLength(1);
    expect(world.alone).toHaveLength(3);
    expect(sold(world)).toBe(3);
  });
});

describe("a transaction that is not answered well", () => {
  it("busy for as long as it is tried puts all of them off, uncounted", async () => {
    const world = shop(async () => ({ kind: "busy" }));
    const report = await world.deliver(...batch());
    expect(Object.values(kinds(report))).toEqual(ORDERS.map(() => "postponed"));
    expect(world.together).toHaveLength(24);
    expect(world.row()).toBeUndefined();
  });

  it("failed for a while fails each of them, without asking again for each", async () => {
    const error = { name: "TimeoutError", message: "no answer" };
    const world = shop(async () => ({ kind: "failed", retryable: true, error }));
    const report = await world.deliver(...batch());
    expect(Object.values(kinds(report))).toEqual(ORDERS.map(() => "retried"));
    expect(world.alone.every((by) => by.endsWith("/life"))).toBe(true);
  });

  it("that the table cannot take is done one by one", async () => {
    const error = { name: "ValidationException", message: "too large" };
    const world = shop(async () => ({ kind: "failed", retryable: false, error }));
    const report = await world.deliver(...batch());
    expect(report.failedIds).toEqual([]);
    expect(sold(world)).toBe(3);
  });
});

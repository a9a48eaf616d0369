import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import {
  type PatrolPorts,
  type PatrolRow,
  type PatrolRules,
  patrolOrders,
  type ScannedOrder,
} from "../../lambdas/core/patrol-orders.ts";
import { noPatrolState, type PatrolState, pieceSize } from "../../lambdas/core/patrol-state.ts";

const NOW = 100_000_000;
const piece = { smallest: 2, largest: 5, first: 3, runsPerRound: 4 };
const RULES: PatrolRules = {
  consumers: [
    { name: "fraud", due: EVENT_TYPES },
    { name: "loyalty", due: EVENT_TYPES },
  ],
  ...{ behindAfterSeconds: 1_800, retrySeconds: 3_600 },
  ...{ backlog: 10, piece },
};

/** The table's order is its array's; a cursor is the index of the next item. */
const patrolWorld = (orders: ScannedOrder[], rows = new Map<string, PatrolRow>()) => {
  let state: PatrolState = noPatrolState;
  const queues: Record<string, number> = {};
  const seen: string[] = [];
  const ports: PatrolPorts = {
    readDepths: async () => ({ queues, deadLetters: { parking: 0 } }),
    readState: async () => state,
    writeState: async (after) => {
      if (after.rev !== state.rev + 1) return "changed";
      state = after;
      return "written";
    },
    scanOrders: async (cursor, items) => {
      const start = Number(cursor ?? 0);
      const some = orders.slice(start, start + items);
      seen.push(...some.map(({ orderId }) => orderId));
      const end = start + some.length;
      return {
        orders: some,
        read: some.length,
        ...(end < orders.length ? { cursor: `${end}` } : {}),
      };
    },
    readRows: async (keys) =>
      keys.map(({ orderId, consumer }) => rows.get(`${consumer} ${orderId}`) ?? { seq: 0 }),
    clock: { nowMs: () => NOW },
  };
  const run = () => patrolOrders(ports, RULES);
  return { run, rows, orders, seen, queues, state: () => state, ports };
};
const TYPES = ["order.created", "order.paid", "order.shipped", "order.delivered"];
const eventsAt = (...timesMs: readonly number[]) =>
  timesMs.map((atMs, index) => ({ type: TYPES[index] ?? "", time: new Date(atMs).toISOString() }));
const order = (orderId: string, over: Partial<ScannedOrder> = {}): ScannedOrder => ({
  ...{ orderId, version: 2, events: eventsAt(0, 0) },
  ...over,
});
const applied = (...orderIds: readonly string[]) =>
  new Map(
    RULES.consumers.flatMap(({ name }) => orderIds.map((id) => [`${name} ${id}`, { seq: 2 }])),
  );
const LIFE = { messageId: "m", sentAtMs: 0, attempts: 1, open: false };

describe("the patrol", () => {
  it("finds nothing where every order is whole", async () => {
    const { run, state } = patrolWorld([order("a"), order("b")], applied("a", "b"));
    expect(await run()).toMatchObject({ audited: 2, behind: 0, found: [], round: 2 });
    expect(state()).toEqual({ rev: 1, round: 1, read: 0, lastRound: 2, behind: [] });
  });

  it("finds an order that a consumer lacks, and says it is so until it is mended", async () => {
    const { run, rows, state } = patrolWorld([order("a"), order("b")], applied("a", "b"));
    rows.set("fraud b", { seq: 1 });
    const found = { orderId: "b", consumer: "fraud", next: 2, last: 2 };
    expect(await run()).toMatchObject({ behind: 1, found: [found] });
    expect(await run()).toMatchObject({ behind: 1, found: [] });
    expect(state().behind).toHaveLength(1);
    rows.set("fraud b", { seq: 2 });
    expect(await run()).toMatchObject({ behind: 0, found: [] });
  });

  it("remembers it while it is at other pieces of the table", async () => {
    const orders = ["a", "b", "c", "d", "e", "f"].map((id) => order(id));
    const { run, rows } = patrolWorld(orders, applied("b", "c", "d", "e", "f"));
    expect(await run()).toMatchObject({ audited: 3, behind: 1 });
    const second = await run();
    expect(second).toMatchObject({ audited: 3, behind: 1, found: [] });
    for (const { name } of RULES.consumers) rows.set(`${name} a`, { seq: 2 });
    expect(await run()).toMatchObject({ behind: 0 });
  });

  it("forgets an order that is gone from the table", async () => {
    const { run, orders } = patrolWorld([order("a"), order("b")], applied("b"));
    expect(await run()).toMatchObject({ behind: 1 });
    orders.shift();
    await run();
    expect(await run()).toMatchObject({ behind: 0 });
  });

  it.each([
    ["its next event is young", { events: eventsAt(0, NOW - 1_799_999) }, { seq: 1 }],
    [
      "its next event is decided dead",
      {},
      { seq: 1, life: { ...LIFE, seq: 2, dead: { atMs: 1, cause: "invalid" } } },
    ],
    [
      "its next event is being retried",
      {},
      { seq: 1, life: { ...LIFE, seq: 2, lastMs: NOW - 1_000 } },
    ],
  ] as const)("does not call an order behind when %s", async (_, over, row) => {
    const { run, rows } = patrolWorld([order("a", over)]);
    for (const { name } of RULES.consumers) rows.set(`${name} a`, row);
    expect(await run()).toMatchObject({ audited: 1, behind: 0, found: [] });
  });

  it("calls an order behind by its next event's time, and keeps it so while it goes on", async () => {
    const goesOn = order("a", { version: 3, events: eventsAt(0, 0, NOW) });
    const orders = [goesOn, ...["b", "c", "d", "e"].map((id) => order(id))];
    const { run, rows } = patrolWorld(orders, applied("a", "b", "c", "d", "e"));
    rows.set("fraud a", { seq: 1 });
    expect(await run()).toMatchObject({ behind: 1, found: [{ orderId: "a", next: 2 }] });
    expect(await run()).toMatchObject({ behind: 1, found: [] });
    rows.set("fraud a", { seq: 2 });
    expect(await run()).toMatchObject({ behind: 0 });
  });

  it("leaves a consumer with a backlog out: it is late, and other alarms say so", async () => {
    const { run, queues } = patrolWorld([order("a")]);
    queues.fraud = 11;
    const { found, audited, skipped } = await run();
    expect(found.map(({ consumer }) => consumer)).toEqual(["loyalty"]);
    expect([audited, skipped]).toEqual([0, ["fraud"]]);
  });

  it("misses of an order no more than what is due at a consumer", async () => {
    const orders = ["a", "b"].map((id) => order(id, { version: 3, events: eventsAt(0, 0, 0) }));
    const { rows, ports } = patrolWorld(orders);
    const rules = { ...RULES, consumers: [{ name: "fraud", due: ["order.paid"] as const }] };
    rows.set("fraud a", { seq: 2 });
    const first = await patrolOrders(ports, rules);
    expect(first).toMatchObject({ behind: 1, found: [{ orderId: "b", next: 2, last: 2 }] });
    // From one run to the next it keeps the last due event, and not the order's last.
    orders.pop();
    rows.set("fraud b", { seq: 2 });
    expect(await patrolOrders(ports, rules)).toMatchObject({ behind: 0 });
  });

  it("forgets what it knew of a consumer that is no longer watched", async () => {
    const { run, ports } = patrolWorld([order("a")]);
    expect(await run()).toMatchObject({ behind: 1 });
    const without = { ...RULES, consumers: [] };
    expect(await patrolOrders(ports, without)).toMatchObject({ behind: 0 });
  });

  it("sees every order in a round, and calls exactly those behind that are", async () => {
    const standings = fc.array(fc.constantFrom(0, 1, 2), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(standings, standings, async (fraud, before) => {
        const orders = fraud.map((_, index) => order(`o${index}`));
        const world = patrolWorld(orders);
        const set = (name: string, seqs: readonly number[]) => {
          for (const [index] of orders.entries()) {
            world.rows.set(`${name} o${index}`, { seq: seqs[index] ?? 2 });
          }
        };
        set("loyalty", []);
        set("fraud", before);
        const round = async () => {
          for (;;) {
            const report = await world.run();
            if (report.round !== undefined) return report;
          }
        };
        await round();
        set("fraud", fraud);
        world.seen.length = 0;
        const { behind } = await round();
        expect(world.seen).toEqual(orders.map(({ orderId }) => orderId));
        expect(behind).toBe(fraud.filter((seq) => seq < 2).length);
      }),
    );
  });
});

describe("the size of a piece", () => {
  it.each([
    [undefined, 3],
    [0, 2],
    [8, 3],
    [1_000, 5],
  ])("follows the last round of %s items: %i", (lastRound, size) => {
    const given = lastRound === undefined ? {} : { lastRound };
    expect(pieceSize({ ...noPatrolState, ...given }, piece)).toBe(size);
  });

  it("grows in a first round that has outlasted its runs", () => {
    const first = { ...noPatrolState, read: piece.first * piece.runsPerRound };
    expect(pieceSize({ ...first, read: first.read - 1 }, piece)).toBe(piece.first);
    expect(pieceSize(first, piece)).toBe(piece.largest);
  });

  it("lets a round end within its runs, while the largest allows it", () => {
    const largest = 4_000;
    const rules = { smallest: 100, largest, first: 500, runsPerRound: 288 };
    fc.assert(
      fc.property(fc.nat(Math.floor((largest * 288) / 1.25)), (lastRound) => {
        const size = pieceSize({ ...noPatrolState, lastRound }, rules);
        expect(Math.ceil(lastRound / size)).toBeLessThanOrEqual(288);
      }),
    );
  });
});

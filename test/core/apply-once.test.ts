import { describe, expect, it } from "vitest";
import { applyOnce, writeId } from "../../lambdas/core/apply-once.ts";
import { readArrival } from "../../lambdas/core/arrival.ts";
import type { Adjust, Change, Fact } from "../../lambdas/core/consumer.ts";
import { type JsonObject, type LedgerRow, newRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerResult, LedgerWrite } from "../../lambdas/core/ports.ts";
import { makeWorld, START_MS, type WorldShape } from "./make-context.ts";
import { EVENT_TIME, type MessageShape, makeMessage } from "./make-message.ts";

const take = (key: string, floor?: number): Adjust => ({
  kind: "adjust",
  table: "stock",
  key: { key },
  add: { left: -1 },
  ...(floor === undefined ? {} : { floor: { left: floor } }),
});
const fact: Fact = { kind: "fact", table: "facts", item: { day: "d", eventId: "e" } };

const apply = async (
  change: Change<JsonObject>,
  given: { row?: LedgerRow; message?: MessageShape; shape?: WorldShape } = {},
) => {
  const world = makeWorld(given.shape);
  const writes: LedgerWrite[] = [];
  world.onCommit = (write, commit) => {
    writes.push(write);
    return commit(write);
  };
  const arrival = readArrival(makeMessage(given.message));
  const row = given.row ?? newRow("o1");
  const applied = await applyOnce(world.context, row, arrival, change);
  return { world, applied, writes };
};

describe("applying", () => {
  it("is one write of the effects and the row with its new watermark", async () => {
    const { writes } = await apply({ state: { a: 1 }, effects: [take("tea")] });
    expect(writes).toStrictEqual([
      {
        before: newRow("o1"),
        after: {
          orderId: "o1",
          seq: 1,
          rev: 1,
          by: "o1-message-1/1/applied",
          appliedAtMs: START_MS,
          state: { a: 1 },
        },
        effects: [take("tea")],
      },
    ]);
  });

  it("keeps the state that the handler leaves out, and ends the life", async () => {
    const life = { seq: 1, messageId: "m", sentAtMs: 0, attempts: 2, open: false };
    const row = { ...newRow("o1"), state: { kept: true }, life };
    const { writes } = await apply({}, { row });
    expect(writes[0]!.after.state).toEqual({ kept: true });
    expect(writes[0]!.after).not.toHaveProperty("life");
  });

  it("of a change that names nothing writes nothing but the watermark", async () => {
    const { writes } = await apply({});
    const { by, appliedAtMs } = writes[0]!.after;
    expect(writes[0]!.after).toStrictEqual({ orderId: "o1", seq: 1, rev: 1, by, appliedAtMs });
    expect(writes[0]!.effects).toEqual([]);
  });

  it("keeps what an operator discarded, for ever", async () => {
    const discarded = [{ seq: 1, cause: "invalid", who: "ann", why: "a test", atMs: 1 }] as const;
    const { writes } = await apply({}, { row: { ...newRow("o1"), discarded } });
    expect(writes[0]!.after.discarded).toEqual(discarded);
  });

  it("keeps what a newer version of this code wrote on the row", async () => {
    const newer = { promised: "2026-12-24" };
    const { writes } = await apply({}, { row: { ...newRow("o1"), newer } });
    expect(writes[0]!.after.newer).toEqual(newer);
  });

  it("asks the fact store for nothing when there are no facts", async () => {
    const put = async () => {
      throw new Error("there are no facts");
    };
    const { applied } = await apply(
      { effects: [take("tea")] },
      { shape: { context: { facts: { put } } } },
    );
    expect(applied.kind).toBe("committed");
  });

  it("puts facts first, outside the transaction", async () => {
    const { world, writes } = await apply({ effects: [fact, take("tea")] });
    expect(writes[0]!.effects).toEqual([take("tea")]);
    expect(world.tables.factItems("facts").size).toBe(1);
  });

  it("moves no watermark when the facts cannot be put", async () => {
    const put = { kind: "failed", retryable: true, error: { name: "E", message: "" } } as const;
    const shape = { context: { facts: { put: async () => put } } };
    const { applied, writes } = await apply({ effects: [fact] }, { shape });
    expect(applied).toEqual(put);
    expect(writes).toEqual([]);
  });
});

describe("bounds that refuse", () => {
  const short = { state: { took: true }, effects: [take("tea"), take("pot", 0)] };

  it("leave everything as it was when nothing is named otherwise", async () => {
    const { world, applied } = await apply(short);
    expect(applied.kind).toBe("refused");
    expect(world.tables.items("stock").size).toBe(0);
    expect(world.row()).toBeUndefined();
  });

  it("let what is named otherwise be taken instead, whole", async () => {
    const otherwise = { state: { took: false }, effects: [take("waiting list")] };
    const { world, applied, writes } = await apply({ ...short, otherwise });
    expect(applied.kind).toBe("committed");
    expect(writes.map(({ after }) => after.by)).toEqual([
      "o1-message-1/1/applied",
      "o1-message-1/1/otherwise",
    ]);
    expect(world.row()).toMatchObject({ seq: 1, state: { took: false } });
    expect([...world.tables.items("stock").keys()]).toEqual(["waiting list"]);
  });

  it.each<LedgerResult>([
    { kind: "changed", what: "row" },
    { kind: "failed", retryable: true, error: { name: "E", message: "" } },
  ])("alone let it: not a write that ends as %j", async (result) => {
    const world = makeWorld();
    const answers = [result];
    const written: (string | undefined)[] = [];
    world.onCommit = async (write, commit) => {
      written.push(write.after.by);
      return answers.shift() ?? commit(write);
    };
    const arrival = readArrival(makeMessage());
    const change = { otherwise: { state: { took: false } } };
    expect(await applyOnce(world.context, newRow("o1"), arrival, change)).toEqual(result);
    expect(written).toEqual(["o1-message-1/1/applied"]);
    expect(world.row()).toBeUndefined();
  });

  it("leave the state as it is when otherwise names none", async () => {
    const row = { ...newRow("o1"), state: { kept: true } };
    const { world } = await apply({ ...short, otherwise: {} }, { row });
    expect(world.row()).toMatchObject({ seq: 1, state: { kept: true } });
  });

  it("refuse as a whole when they refuse what is named otherwise too", async () => {
    const { applied } = await apply({ ...short, otherwise: { effects: [take("pot", 0)] } });
    expect(applied.kind).toBe("refused");
  });
});

describe("a row's expiry", () => {
  const DAY_SECONDS = 86_400;
  const finished: MessageShape = { sequence: 4, type: "order.delivered" };
  const row: LedgerRow = { orderId: "o1", seq: 3, rev: 3 };
  const expiresIn = async (given: Parameters<typeof apply>[1]) => {
    const { writes } = await apply({}, given);
    const at = writes[0]!.after.expiresAt;
    return at === undefined ? undefined : (at - Date.parse(EVENT_TIME) / 1_000) / DAY_SECONDS;
  };
  const shape = { rules: { retainDays: 30 } };

  it("is 60 days after the order's own, once the order is finished: no message lives longer", async () => {
    expect(await expiresIn({ row, shape, message: finished })).toBe(90);
    const cancelled: MessageShape = { sequence: 4, type: "order.cancelled" };
    expect(await expiresIn({ row, shape, message: cancelled })).toBe(90);
  });

  it("is not set before the order is finished, nor where orders are kept", async () => {
    expect(await expiresIn({ shape })).toBeUndefined();
    expect(await expiresIn({ row, message: finished })).toBeUndefined();
  });

  it("is not set where the rows are the business's data", async () => {
    const forever = { ...shape, consumer: { keepsRows: "forever" } as const };
    expect(await expiresIn({ row, shape: forever, message: finished })).toBeUndefined();
  });

  it("stays once it is set", async () => {
    const message: MessageShape = { sequence: 4, type: "order.paid" };
    const { writes } = await apply({}, { row: { ...row, expiresAt: 12_345 }, shape, message });
    expect(writes[0]!.after.expiresAt).toBe(12_345);
  });
});

it("each write of each delivery has a name of its own", () => {
  const first = makeMessage({ messageId: "m", receiveCount: 1 });
  const second = makeMessage({ messageId: "m", receiveCount: 2 });
  const names = [first, second].flatMap((message) =>
    (["applied", "life", "dead"] as const).map((what) => writeId(message, what)),
  );
  expect(new Set(names).size).toBe(6);
});

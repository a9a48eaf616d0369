/**
 * What a ledger and a fact store promise, whoever keeps the tables. It runs over the tables in
 * memory, which the simulation trusts, and over DynamoDB's adapter, which production does.
 */
import { describe, expect, it } from "vitest";
import type { Fact } from "../../lambdas/core/consumer.ts";
import { type Budget, noBudget } from "../../lambdas/core/dead-letter-budget.ts";
import { type JsonObject, newRow } from "../../lambdas/core/ledger-row.ts";
import { effectContract } from "./effects.contract.ts";
import { adjust, COMMITTED, type LedgerUnderTest, next, unique } from "./ledger-under-test.ts";

const spent = (before: Budget): Budget => ({
  ...before,
  rev: before.rev + 1,
  tokens: 4,
  grantedAtMs: 1_000,
});
const CHANGED_ROW = { kind: "changed", what: "row" };
const CHANGED_BUDGET = { kind: "changed", what: "budget" };

const rowContract = (open: () => LedgerUnderTest): void => {
  it("a row that does not exist is read as a new one", async () => {
    const { ledger } = open();
    const orderId = unique("order");
    expect(await ledger.read([orderId])).toEqual(new Map([[orderId, newRow(orderId)]]));
  });

  it("a row is read as it was written, whole", async () => {
    const { ledger } = open();
    const before = newRow(unique("order"));
    const after = next(before, {
      seq: 3,
      appliedAtMs: 1_767_268_800_123,
      expiresAt: 1_767_268_800,
      state: { text: "", list: [1, "two", null, { deep: true }], zero: 0, no: false },
      life: {
        seq: 4,
        messageId: "m",
        sentAtMs: 5,
        attempts: 2,
        open: false,
        error: { name: "Error", message: "why" },
      },
    });
    expect(await ledger.commit({ before, after, effects: [] })).toEqual(COMMITTED);
    expect((await ledger.read([before.orderId])).get(before.orderId)).toEqual(after);
  });

  it("a state keeps keys that are named like an object's own parts, as a SKU may be", async () => {
    const { ledger } = open();
    const before = newRow(unique("order"));
    const state: JsonObject = { held: { constructor: 1, toString: 2, tea: 3 } };
    await ledger.commit({ before, after: next(before, { state }), effects: [] });
    const row = (await ledger.read([before.orderId])).get(before.orderId);
    expect(row?.state).toEqual(state);
  });

  it("a write on a row that has changed since it was read is refused, and changes nothing", async () => {
    const { ledger, stock } = open();
    const fresh = newRow(unique("order"));
    const existing = next(newRow(unique("order")));
    await ledger.commit({ before: newRow(existing.orderId), after: existing, effects: [] });
    for (const before of [fresh, existing]) {
      const after = next(before);
      await ledger.commit({ before, after, effects: [] });
      const sku = unique("sku");
      for (const effects of [[], [adjust(sku)]]) {
        const late = { before, after: next(before), effects };
        expect(await ledger.commit(late)).toEqual(CHANGED_ROW);
      }
      expect((await ledger.read([before.orderId])).get(before.orderId)).toEqual(after);
      expect(await stock(sku)).toBeUndefined();
    }
  });

  it("a write that expects a row where there is none is refused", async () => {
    const { ledger } = open();
    const before = { ...newRow(unique("order")), rev: 3 };
    const write = { before, after: next(before), effects: [] };
    expect(await ledger.commit(write)).toEqual(CHANGED_ROW);
  });

  it("the same write again, its reply lost, is known as one's own and done once", async () => {
    const { ledger, stock } = open();
    for (const effects of [[], [adjust("own write"), adjust(unique("sku"))]]) {
      const before = newRow(unique("order"));
      const write = { before, after: next(before), effects };
      expect(await ledger.commit(write)).toEqual(COMMITTED);
      expect(await ledger.commit(write)).toEqual(COMMITTED);
    }
    expect(await stock("own write")).toEqual({ count: 1 });
  });

  it("another's write of the same revision is not taken for one's own", async () => {
    const { ledger } = open();
    const before = newRow(unique("order"));
    await ledger.commit({ before, after: next(before), effects: [] });
    expect(await ledger.commit({ before, after: next(before), effects: [] })).toEqual(CHANGED_ROW);
  });

  it("many rows are read at once, those that exist and those that do not", async () => {
    const { ledger } = open();
    const orderIds = Array.from({ length: 60 }, () => unique("order"));
    for (const orderId of orderIds.slice(0, 40)) {
      const before = newRow(orderId);
      await ledger.commit({ before, after: next(before, { seq: 7 }), effects: [] });
    }
    const rows = await ledger.read(orderIds);
    expect([...rows.keys()].toSorted()).toEqual(orderIds.toSorted());
    expect([...rows.values()].filter(({ seq }) => seq === 7)).toHaveLength(40);
    expect([...rows.values()].filter(({ rev }) => rev === 0)).toHaveLength(20);
  });
};

const budgetContract = (open: () => LedgerUnderTest): void => {
  it("a budget that was never written is none", async () => {
    expect(await open().ledger.readBudget()).toEqual(noBudget);
  });

  it("is written on the condition that it is as it was read", async () => {
    const { ledger } = open();
    const after = spent(noBudget);
    expect(await ledger.commitBudget(noBudget, after)).toEqual(COMMITTED);
    expect(await ledger.commitBudget(noBudget, after)).toEqual(CHANGED_BUDGET);
    expect(await ledger.readBudget()).toEqual(after);
    expect(await ledger.commitBudget(after, spent(after))).toEqual(COMMITTED);
  });

  it("in a row's write is written with it, or neither is", async () => {
    const { ledger } = open();
    const before = newRow(unique("order"));
    const budget = { before: noBudget, after: spent(noBudget) };
    const write = { before, after: next(before), effects: [], budget };
    expect(await ledger.commit(write)).toEqual(COMMITTED);
    expect(await ledger.readBudget()).toEqual(budget.after);
    const other = newRow(unique("order"));
    const late = { before: other, after: next(other), effects: [], budget };
    expect(await ledger.commit(late)).toEqual(CHANGED_BUDGET);
    expect((await ledger.read([other.orderId])).get(other.orderId)).toEqual(other);
  });

  it("is not spent when the row has changed, which is then what is told", async () => {
    const { ledger } = open();
    const before = newRow(unique("order"));
    await ledger.commit({ before, after: next(before), effects: [] });
    const budget = { before: noBudget, after: spent(noBudget) };
    const write = { before, after: next(before), effects: [], budget };
    expect(await ledger.commit(write)).toEqual(CHANGED_ROW);
    expect(await ledger.readBudget()).toEqual(noBudget);
  });

  it("and a row in one write, its reply lost, are known as one's own and spent once", async () => {
    const { ledger } = open();
    const before = newRow(unique("order"));
    const budget = { before: noBudget, after: spent(noBudget) };
    const write = { before, after: next(before), effects: [], budget };
    expect(await ledger.commit(write)).toEqual(COMMITTED);
    expect(await ledger.commit(write)).toEqual(COMMITTED);
    expect(await ledger.readBudget()).toEqual(budget.after);
  });
};

const factContract = (open: () => LedgerUnderTest): void => {
  const fact = (eventId: string): Fact => ({
    kind: "fact",
    table: "facts",
    item: { day: "2026-01-01", eventId, totalCents: 5 },
  });

  it("a fact is written, and again it is the same", async () => {
    const { facts, fact: find } = open();
    const eventId = unique("event");
    expect(await facts.put([fact(eventId)])).toEqual(COMMITTED);
    expect(await facts.put([fact(eventId)])).toEqual(COMMITTED);
    expect(await find("2026-01-01", eventId)).toEqual(fact(eventId).item);
  });

  it("facts asked for side by side are all written", async () => {
    const { facts, fact: find } = open();
    const eventIds = Array.from({ length: 60 }, () => unique("event"));
    const results = await Promise.all(eventIds.map((eventId) => facts.put([fact(eventId)])));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["committed"]));
    for (const eventId of eventIds) expect(await find("2026-01-01", eventId)).toBeDefined();
  });
};

export const ledgerContract = (name: string, open: () => LedgerUnderTest): void => {
  describe(`the ledger ${name}`, () => {
    describe("rows", () => rowContract(open));
    describe("effects", () => effectContract(open));
    describe("the budget", () => budgetContract(open));
    describe("facts", () => factContract(open));
  });
};

/** The part of a ledger's contract about a consumer's other items: all of a write or nothing. */
import { expect, it } from "vitest";
import type { Adjust } from "../../lambdas/core/consumer.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import { adjust, COMMITTED, type LedgerUnderTest, next, unique } from "./ledger-under-test.ts";

/** Rows of several orders and their effects: all of it or nothing, and who was at fault. */
const togetherContract = (open: () => LedgerUnderTest): void => {
  const twoOrders = () => {
    const [one, two] = [newRow(unique("order")), newRow(unique("order"))];
    return { one, two, rows: [one, two].map((before) => ({ before, after: next(before) })) };
  };
  const short = (sku: string) => adjust(sku, { add: { count: -1 }, floor: { count: 0 } });

  it("several orders' rows and their effects are written together", async () => {
    const { ledger, stock } = open();
    const { one, two, rows } = twoOrders();
    const sku = unique("sku");
    const effects = [adjust(sku, { add: { count: 2 } })];
    expect(await ledger.commitTogether(rows, effects)).toEqual(COMMITTED);
    const read = await ledger.read([one.orderId, two.orderId]);
    expect([...read.values()]).toEqual(rows.map(({ after }) => after));
    expect(await stock(sku)).toEqual({ count: 2 });
  });

  it("of several orders one changed row cancels all, and is named", async () => {
    const { ledger, stock } = open();
    const { two, rows } = twoOrders();
    await ledger.commit({ before: two, after: next(two, { by: "somebody else" }), effects: [] });
    const sku = unique("sku");
    expect(await ledger.commitTogether(rows, [adjust(sku)])).toEqual({
      kind: "cancelled",
      rows: ["fine", "refused"],
      effects: ["fine"],
    });
    expect(await stock(sku)).toBeUndefined();
  });

  it("of several orders one refused effect cancels all, and is named", async () => {
    const { ledger, stock } = open();
    const { one, rows } = twoOrders();
    const [fine, refused] = [unique("sku"), unique("sku")];
    expect(await ledger.commitTogether(rows, [adjust(fine), short(refused)])).toEqual({
      kind: "cancelled",
      rows: ["fine", "fine"],
      effects: ["fine", "refused"],
    });
    expect(await stock(fine)).toBeUndefined();
    expect((await ledger.read([one.orderId])).get(one.orderId)).toEqual(one);
  });

  it("rows that are as this write left them are named its own", async () => {
    const { ledger, stock } = open();
    const { rows } = twoOrders();
    const sku = unique("sku");
    const named = rows.map(({ before, after }) => ({ before, after: { ...after, by: "me" } }));
    await ledger.commitTogether(named, [adjust(sku)]);
    expect(await ledger.commitTogether(named, [adjust(sku)])).toMatchObject({
      kind: "cancelled",
      rows: ["own", "own"],
    });
    expect(await stock(sku)).toEqual({ count: 1 });
  });
};

export const effectContract = (open: () => LedgerUnderTest): void => {
  togetherContract(open);

  const apply = async (effects: readonly Adjust[], order = unique("order")) => {
    const { ledger } = open();
    const before = (await ledger.read([order])).get(order)!;
    return ledger.commit({ before, after: next(before), effects });
  };

  it("effects and the row are written together", async () => {
    const [one, two] = [unique("sku"), unique("sku")];
    expect(await apply([adjust(one), adjust(two, { add: { count: 5, other: -2 } })])).toEqual(
      COMMITTED,
    );
    expect(await open().stock(one)).toEqual({ count: 1 });
    expect(await open().stock(two)).toEqual({ count: 5, other: -2 });
  });

  it("an effect adds to what is there, and counts from its start where nothing is", async () => {
    const sku = unique("sku");
    const effect = adjust(sku, { add: { count: -3, held: 3 }, start: { count: 10 } });
    await apply([effect]);
    await apply([effect]);
    expect(await open().stock(sku)).toEqual({ count: 4, held: 6 });
  });

  it("one refused effect refuses them all, and the row", async () => {
    const [fine, short, order] = [unique("sku"), unique("sku"), unique("order")];
    const refused = adjust(short, { add: { count: -1 }, floor: { count: 0 } });
    expect(await apply([adjust(fine), refused], order)).toEqual({ kind: "refused" });
    expect(await open().stock(fine)).toBeUndefined();
    expect(await open().stock(short)).toBeUndefined();
    expect((await open().ledger.read([order])).get(order)).toEqual(newRow(order));
  });

  it("a floor lets a sum reach it and not fall below, from a start or from what is there", async () => {
    const sku = unique("sku");
    const take = (count: number) =>
      adjust(sku, { add: { count: -count }, start: { count: 10 }, floor: { count: 2 } });
    expect(await apply([take(9)])).toEqual({ kind: "refused" });
    expect(await apply([take(5)])).toEqual(COMMITTED);
    expect(await apply([take(4)])).toEqual({ kind: "refused" });
    expect(await apply([take(3)])).toEqual(COMMITTED);
    expect(await open().stock(sku)).toEqual({ count: 2 });
  });

  it("a ceiling lets a sum reach it and not pass, from a start or from what is there", async () => {
    const sku = unique("sku");
    const put = (count: number) =>
      adjust(sku, { add: { count }, start: { count: 1 }, ceiling: { count: 5 } });
    expect(await apply([put(5)])).toEqual({ kind: "refused" });
    expect(await apply([put(2)])).toEqual(COMMITTED);
    expect(await apply([put(3)])).toEqual({ kind: "refused" });
    expect(await apply([put(2)])).toEqual(COMMITTED);
    expect(await open().stock(sku)).toEqual({ count: 5 });
  });

  it("a bound is a bound on the sum of an attribute that an existing item does not have", async () => {
    const sku = unique("sku");
    await apply([adjust(sku)]);
    const other = { add: { other: -1 }, floor: { other: 0 } };
    expect(await apply([adjust(sku, other)])).toEqual({ kind: "refused" });
    expect(await apply([adjust(sku, { ...other, start: { other: 1 } })])).toEqual(COMMITTED);
    expect(await open().stock(sku)).toEqual({ count: 1, other: 0 });
  });

  it("a floor and a ceiling bound one attribute together", async () => {
    const sku = unique("sku");
    const by = (count: number) =>
      adjust(sku, { add: { count }, floor: { count: -1 }, ceiling: { count: 1 } });
    const kinds = [];
    for (const step of [2, -2, 1, 1, -2, -1, 2]) kinds.push((await apply([by(step)])).kind);
    expect(kinds).toEqual([
      "refused",
      "refused",
      "committed",
      "refused",
      "committed",
      "refused",
      "committed",
    ]);
    expect(await open().stock(sku)).toEqual({ count: 1 });
  });

  it("99 effects and the row fit one write", async () => {
    const skus = Array.from({ length: 99 }, () => unique("sku"));
    expect(await apply(skus.map((sku) => adjust(sku)))).toEqual(COMMITTED);
    expect(await open().stock(skus[98]!)).toEqual({ count: 1 });
  });

  it("a write of 101 items, or of one item twice, fails for good and changes nothing", async () => {
    const [sku, order] = [unique("sku"), unique("order")];
    const many = Array.from({ length: 100 }, () => adjust(unique("sku")));
    for (const effects of [[adjust(sku), adjust(sku)], many]) {
      expect(await apply(effects, order)).toMatchObject({ kind: "failed", retryable: false });
    }
    expect(await open().stock(sku)).toBeUndefined();
    expect((await open().ledger.read([order])).get(order)).toEqual(newRow(order));
  });
};

import fc from "fast-check";
import { expect, it } from "vitest";
import { priceCommon } from "../../../bench/money/price-common.ts";
import {
  dollarsOf,
  type EventNeeds,
  priceNeeds,
  priceTime,
} from "../../../bench/money/price-million.ts";
import { reportMoney } from "../../../bench/money/report-money.ts";

const lean: EventNeeds = {
  ...{ writeUnits: 8, readUnits: 2, sqsRequests: 1, invocations: 0.5 },
};

it("adds up by hand", () => {
  const lines = [...priceNeeds(lean), priceTime(0.012)];
  expect(lines.map(({ what, usd }) => [what, Number(usd.toFixed(6))])).toEqual([
    ["DynamoDB, writes", 5],
    ["DynamoDB, reads", 0.25],
    ["SQS", 0.5],
    ["Lambda, requests", 0.1],
    // 12,000 s at half a GB.
    ["Lambda, time", 0.08],
  ]);
  expect(lines.map(({ how }) => how)).toEqual([
    "a million × 8 write units × $0.625 a million",
    "a million × 2 read units × $0.125 a million",
    "a million × 1 requests × $0.5 a million",
    "a million × 0.5 invocations × $0.2 a million",
    "a million × 12 ms × 0.5 GB × $13.33 a million GB-seconds",
  ]);
  expect(dollarsOf(lines)).toBeCloseTo(5.93, 5);
});

it("costs more whatever there is more of", () => {
  const amount = fc.double({ min: 0, max: 100, noNaN: true });
  const needs = fc.record({
    ...{ writeUnits: amount, readUnits: amount, sqsRequests: amount },
    invocations: amount,
  });
  const kinds = fc.constantFrom(...(Object.keys(lean) as (keyof EventNeeds)[]));
  fc.assert(
    fc.property(needs, kinds, (some, kind) => {
      const more = { ...some, [kind]: some[kind] + 1 };
      expect(dollarsOf(priceNeeds(more))).toBeGreaterThan(dollarsOf(priceNeeds(some)));
    }),
  );
});

it("takes what is common from the costs of a month", () => {
  const lines = priceCommon();
  expect(lines).toHaveLength(6);
  // An API call is a Lambda request at least, and its order a write unit at least.
  expect(dollarsOf(lines)).toBeGreaterThan(0.2 + 0.625);
  expect(dollarsOf(lines)).toBeLessThan(10);
});

it("tells ours against each of the others, line by line", () => {
  const twice = Object.fromEntries(Object.entries(lean).map(([kind, value]) => [kind, 2 * value]));
  const { figures, tables, charts } = reportMoney([
    {
      name: "live",
      ours: { label: "(a) ours", needs: lean, seconds: 0.012 },
      others: { "(b)": { label: "(b) theirs", needs: twice as EventNeeds, seconds: 0.024 } },
    },
  ]);
  expect(figures).toMatchObject([{ name: "money: dollars against (b), live", unit: "x" }]);
  expect(figures[0]?.value).toBeCloseTo(0.5);
  const sums = tables[0]?.rows.filter(([, what]) => String(what).includes("together"));
  expect(sums).toEqual([
    ["(a) ours", "counted, together", "$5.000 + $0.250 + $0.500 + $0.100", "5.850"],
    ["(b) theirs", "counted, together", "$10.000 + $0.500 + $1.000 + $0.200", "11.700"],
  ]);
  expect(tables[0]?.rows.at(-1)).toEqual([
    ...["(b) theirs", "with the functions' time", "$11.700 + $0.160", "11.860"],
  ]);
  expect(charts[0]?.bars.map(({ value }) => value.toFixed(6))).toEqual(["5.850000", "11.700000"]);
});

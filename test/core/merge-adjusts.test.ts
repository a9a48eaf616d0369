import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Adjust } from "../../lambdas/core/consumer.ts";
import { type LedgerRow, newRow } from "../../lambdas/core/ledger-row.ts";
import { mergeAdjusts } from "../../lambdas/core/merge-adjusts.ts";
import { memoryTables } from "../models/memory-tables.ts";

const NAMES = ["left", "held"] as const;

const numbers = (least: number, most: number) =>
  fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: least, max: most }));

const adjusts: fc.Arbitrary<Adjust> = fc
  .record({
    sku: fc.constantFrom("tea", "milk"),
    add: numbers(-4, 4),
    start: numbers(0, 5),
    floor: numbers(-3, 3),
    ceiling: numbers(0, 9),
  })
  .filter(({ add }) => Object.keys(add).length > 0)
  .map(({ sku, ...rest }) => ({ kind: "adjust", table: "stock", key: { sku }, ...rest }));

/** Makes the changes, each in a write of its own or all in one; what comes of it. */
const outcomeOf = async (there: readonly Adjust[], writes: readonly (readonly Adjust[])[]) => {
  const tables = memoryTables();
  const ledger = tables.ledger("c");
  let row: LedgerRow = newRow("o1");
  for (const effects of [there, ...writes]) {
    const after = { ...row, rev: row.rev + 1 };
    const { kind } = await ledger.commit({ before: row, after, effects });
    if (kind !== "committed") return kind;
    row = after;
  }
  return Object.fromEntries(tables.items("stock"));
};

describe("changes of the same items made as one", () => {
  it("leave the items as one after the other would, and are refused when one of them would be", async () => {
    const seen = { refused: 0, made: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(adjusts, { minLength: 1, maxLength: 5 }),
        fc.option(numbers(0, 9)),
        async (changes, there) => {
          const before: Adjust[] =
            there === null || Object.keys(there).length === 0
              ? []
              : [{ kind: "adjust", table: "stock", key: { sku: "tea" }, add: there }];
          const apart = await outcomeOf(
            before,
            changes.map((change) => [change]),
          );
          const together = await outcomeOf(before, [[...mergeAdjusts(changes).values()]]);
          seen[apart === "refused" ? "refused" : "made"]++;
          expect(together).toEqual(apart);
        },
      ),
      { numRuns: 2_000, seed: 11 },
    );
    expect(Math.min(seen.refused, seen.made)).toBeGreaterThan(100);
  });

  it("are one change an item, in the order in which each comes first", () => {
    const of = (sku: string): Adjust => ({
      kind: "adjust",
      table: "stock",
      key: { sku },
      add: { left: -1 },
    });
    expect([...mergeAdjusts([of("tea"), of("milk"), of("tea")]).values()]).toEqual([
      { ...of("tea"), add: { left: -2 } },
      of("milk"),
    ]);
  });

  it("keep items of one key in different tables apart", () => {
    const of = (table: string): Adjust => ({ kind: "adjust", table, key: { sku: "tea" }, add: {} });
    expect(mergeAdjusts([of("stock"), of("bought")]).size).toBe(2);
  });
});

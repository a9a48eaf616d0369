import { expect, test } from "vitest";
import { isOwnWrite, type LedgerRow, newRow } from "../../lambdas/core/ledger-row.ts";

const written: LedgerRow = { ...newRow("o1"), rev: 4, by: "m/1/applied" };

test("a new row has applied nothing and was never written", () => {
  expect(newRow("o1")).toEqual({ orderId: "o1", seq: 0, rev: 0 });
});

test("a write whose reply was lost is known again by its revision and its name together", () => {
  expect(isOwnWrite({ ...written }, written)).toBe(true);
  expect(isOwnWrite({ ...written, rev: 5 }, written)).toBe(false);
  expect(isOwnWrite({ ...written, by: "n/1/applied" }, written)).toBe(false);
});

test("a write without a name is never taken for one's own", () => {
  const { by: _by, ...nameless } = written;
  expect(isOwnWrite(nameless, nameless)).toBe(false);
});

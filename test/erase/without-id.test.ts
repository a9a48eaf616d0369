import fc from "fast-check";
import { expect, it } from "vitest";
import { withoutId } from "../../cli/erase/without-id.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";

const base: LedgerRow = { orderId: "o", seq: 1, rev: 3 };
const failing = (message: string): LedgerRow => ({
  ...base,
  life: {
    ...{ seq: 2, messageId: "m", sentAtMs: 1, attempts: 1, open: false },
    error: { name: "Error", message, stack: `Error: ${message}\n  at x` },
  },
});

it("replaces what a handler keeps as customerId, however deep, and no other text", () => {
  const state = { wanted: { ada: 1 }, note: "ada", buyer: [{ customerId: "ada" }] };
  expect(withoutId({ ...base, state }, "ada", "erased-1").state).toEqual({
    ...{ wanted: { ada: 1 }, note: "ada", buyer: [{ customerId: "erased-1" }] },
  });
});

it("replaces it in an error's text and stack, as a word of its own", () => {
  const { life } = withoutId(failing("no account ada, adam or x-ada; (ada)"), "ada", "erased-1");
  expect(life?.error?.message).toBe("no account erased-1, adam or x-ada; (erased-1)");
  expect(life?.error?.stack).toBe(`Error: ${life?.error?.message}\n  at x`);
});

it("takes an id with signs for what it is", () => {
  expect(withoutId(failing("for a.b*c$&"), "a.b*c$&", "$1").life?.error?.message).toBe("for $1");
});

it("is the very same row where there is nothing to replace", () => {
  const id = fc.stringMatching(/^[\x21-\x7e]{1,12}$/);
  fc.assert(
    fc.property(id, fc.jsonValue(), (customerId, value) => {
      const row: LedgerRow = { ...base, state: { value: JSON.stringify(value) } };
      expect(withoutId(row, customerId, "erased-1")).toBe(row);
    }),
  );
});

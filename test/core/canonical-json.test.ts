import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../lambdas/core/canonical-json.ts";
import type { JsonValue } from "../../lambdas/core/ledger-row.ts";

const reversed = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
};

test("the order of keys makes no difference, the order of a list does", () => {
  expect(canonicalJson({ b: [{ d: 1, c: "x" }], a: null })).toBe(
    '{"a":null,"b":[{"c":"x","d":1}]}',
  );
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

test("any value has one text, which says the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as JsonValue;
      expect(canonicalJson(reversed(json))).toBe(canonicalJson(json));
      expect(JSON.parse(canonicalJson(json))).toEqual(json);
    }),
  );
});

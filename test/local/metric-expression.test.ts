import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Expression,
  evaluateExpression,
  idsOf,
  parseExpression,
} from "../../local/alarms/metric-expression.ts";

const IDS = ["a", "b", "c"];
const work = (text: string, values: Readonly<Record<string, number | undefined>> = {}) =>
  evaluateExpression(parseExpression(text), (id) => values[id]);

const ARITHMETIC = ["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="] as const;
const expressions = fc.letrec<{ one: Expression }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ kind: fc.constant("number" as const), value: fc.nat(9) }),
    fc.record({ kind: fc.constant("id" as const), id: fc.constantFrom(...IDS) }),
    fc.record({
      kind: fc.constant("infix" as const),
      operator: fc.constantFrom(...ARITHMETIC),
      operands: fc.tuple(tie("one"), tie("one")),
    }),
    fc.record({
      kind: fc.constant("if" as const),
      condition: tie("one"),
      branches: fc.tuple(tie("one"), tie("one")),
    }),
  ),
})).one;

const LEVEL: Readonly<Record<string, number>> = { "+": 2, "-": 2, "*": 3, "/": 3 };

/** With no more brackets than the precedence asks for. */
const print = (expression: Expression, outer = 0): string => {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "id":
      return expression.id;
    case "if":
      return `IF(${[expression.condition, ...expression.branches].map((each) => print(each)).join(", ")})`;
    case "fill":
      return `FILL(${print(expression.of)}, ${expression.value})`;
    case "infix": {
      const level = LEVEL[expression.operator] ?? 1;
      const [left, right] = expression.operands;
      const text = `${print(left, level)} ${expression.operator} ${print(right, level + 1)}`;
      return level < outer ? `(${text})` : text;
    }
  }
};

describe("metric math", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        expect(parseExpression(print(expression))).toEqual(expression);
      }),
    );
  });

  it("is missing where a value is missing that it needs, and nowhere else", () => {
    expect(work("a + b", { a: 1 })).toBeUndefined();
    expect(work("FILL(b, 7) + a", { a: 1 })).toBe(8);
    expect(work("IF(a, b, c)", { a: 1, b: 2 })).toBe(2);
    expect(work("IF(a, b, c)", { a: 0, b: 2 })).toBeUndefined();
    expect(work("IF(b, 1, 2)", { a: 1 })).toBeUndefined();
    expect(work("a / b", { a: 1, b: 0 })).toBeUndefined();
    expect(work("a OR 1", {})).toBeUndefined();
  });

  it("works out what our templates ask", () => {
    const share = "IF(failed >= 20, 100 * failed / (failed + applied), 0)";
    expect(work(share, { failed: 19, applied: 0 })).toBe(0);
    expect(work(share, { failed: 20, applied: 5 })).toBe(80);
    const stopped = "IF(visible >= 1 AND hidden < 1 AND received < 1, 1, 0)";
    expect(work(stopped, { visible: 3, hidden: 0, received: 0 })).toBe(1);
    expect(work(stopped, { visible: 3, hidden: 1, received: 0 })).toBe(0);
    expect(idsOf(parseExpression(stopped))).toEqual(["visible", "hidden", "received"]);
  });

  it.each([
    ["SUM(METRICS())", "SUM, where a number, an id, IF or FILL belongs"],
    ["FILL(a, REPEAT)", "REPEAT where a number belongs"],
    ["a b", "b behind its end"],
    ["IF(a, 1)", ") where , belongs"],
    ["a ? b", "?, which is not known here"],
    ["", "its end, where a number"],
  ])("refuses %s", (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });
});

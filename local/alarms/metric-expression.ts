/**
 * Metric math, as far as our templates use it: numbers, ids, + - * /, comparisons, AND, OR,
 * IF(condition, then, else) and FILL(id, number). Worked out for one period at a time. A comparison
 * is 1 or 0, and what is worked out from a missing value is missing (2.32).
 */
import { readTokens, SyntaxFault, type TokenReader } from "./token-reader.ts";

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "infix"; readonly operator: Operator; readonly operands: Pair }
  | { readonly kind: "if"; readonly condition: Expression; readonly branches: Pair }
  | { readonly kind: "fill"; readonly of: Expression; readonly value: number };

type Pair = readonly [Expression, Expression];

const OPERATORS = {
  OR: (a: number, b: number) => Number(a !== 0 || b !== 0),
  AND: (a: number, b: number) => Number(a !== 0 && b !== 0),
  "<": (a: number, b: number) => Number(a < b),
  "<=": (a: number, b: number) => Number(a <= b),
  ">": (a: number, b: number) => Number(a > b),
  ">=": (a: number, b: number) => Number(a >= b),
  "==": (a: number, b: number) => Number(a === b),
  "!=": (a: number, b: number) => Number(a !== b),
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
} as const;
type Operator = keyof typeof OPERATORS;

/** From what binds last to what binds first. */
const LEVELS: readonly (readonly Operator[])[] = [
  ["OR"],
  ["AND"],
  ["<", "<=", ">", ">=", "==", "!="],
  ["+", "-"],
  ["*", "/"],
];

const WORD = /([<>=!]=|[-+*/(),<>]|\d+(?:\.\d+)?|[A-Za-z]\w*)/;
const NUMBER = /^\d/;
const ID = /^[a-z]\w*$/;

const readNumber = (tokens: TokenReader): number => {
  const word = tokens.take();
  if (!NUMBER.test(word)) throw new SyntaxFault(`has ${word || "its end"} where a number belongs`);
  return Number(word);
};

const readCall = (tokens: TokenReader, name: string): Expression => {
  if (name !== "IF" && name !== "FILL") {
    throw new SyntaxFault(`has ${name || "its end"}, where a number, an id, IF or FILL belongs`);
  }
  tokens.expect("(");
  const first = readLevel(tokens, 0);
  tokens.expect(",");
  if (name === "FILL") {
    const value = readNumber(tokens);
    tokens.expect(")");
    return { kind: "fill", of: first, value };
  }
  const then = readLevel(tokens, 0);
  tokens.expect(",");
  const otherwise = readLevel(tokens, 0);
  tokens.expect(")");
  return { kind: "if", condition: first, branches: [then, otherwise] };
};

const readOne = (tokens: TokenReader): Expression => {
  if (tokens.accept("(")) {
    const inner = readLevel(tokens, 0);
    tokens.expect(")");
    return inner;
  }
  const word = tokens.peek();
  if (NUMBER.test(word)) return { kind: "number", value: readNumber(tokens) };
  tokens.take();
  return ID.test(word) ? { kind: "id", id: word } : readCall(tokens, word);
};

const readLevel = (tokens: TokenReader, level: number): Expression => {
  const operators = LEVELS[level];
  if (operators === undefined) return readOne(tokens);
  let left = readLevel(tokens, level + 1);
  for (;;) {
    const operator = operators.find((each) => tokens.accept(each));
    if (operator === undefined) return left;
    const operands: Pair = [left, readLevel(tokens, level + 1)];
    left = { kind: "infix", operator, operands };
  }
};

/** Throws a `SyntaxFault` for whatever else there is in CloudWatch's metric math. */
export const parseExpression = (text: string): Expression => {
  const tokens = readTokens(text, WORD);
  const expression = readLevel(tokens, 0);
  if (tokens.peek() !== "") throw new SyntaxFault(`has ${tokens.peek()} behind its end`);
  return expression;
};

/** The ids that the expression names. */
export const idsOf = (expression: Expression): readonly string[] => {
  switch (expression.kind) {
    case "number":
      return [];
    case "id":
      return [expression.id];
    case "infix":
      return expression.operands.flatMap(idsOf);
    case "if":
      return [expression.condition, ...expression.branches].flatMap(idsOf);
    case "fill":
      return idsOf(expression.of);
  }
};

export const evaluateExpression = (
  expression: Expression,
  lookUp: (id: string) => number | undefined,
): number | undefined => {
  const evaluate = (each: Expression) => evaluateExpression(each, lookUp);
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "id":
      return lookUp(expression.id);
    case "fill":
      return evaluate(expression.of) ?? expression.value;
    case "if": {
      const condition = evaluate(expression.condition);
      const [then, otherwise] = expression.branches;
      if (condition === undefined) return undefined;
      return evaluate(condition !== 0 ? then : otherwise);
    }
    case "infix": {
      const [left, right] = expression.operands.map(evaluate);
      if (left === undefined || right === undefined) return undefined;
      const value = OPERATORS[expression.operator](left, right);
      // A division by 0 has no datapoint.
      return Number.isFinite(value) ? value : undefined;
    }
  }
};

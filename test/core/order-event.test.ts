/** The limits at the door and on the wire, each at its border, and the sentence that tells of it. */
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
  currencySchema,
  customerIdSchema,
  EVENT_TYPES,
  newOrderLinesSchema,
  orderEventSchemas,
  orderIdSchema,
  orderLineSchema,
  orderLinesSchema,
  traceparentSchema,
} from "../../lambdas/core/order-event.ts";
import { makeEnvelope, oneLine } from "./make-message.ts";

type Limit = {
  readonly schema: v.GenericSchema;
  readonly takes: readonly unknown[];
  readonly refuses: readonly unknown[];
  readonly says: string;
};

const lines = (count: number) => Array.from({ length: count }, () => oneLine[0]);
const TRACE = `00-${"0af7".repeat(8)}-${"b7ad".repeat(4)}-01`;
const AMOUNT = [1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined];

const limits: Record<string, Limit> = {
  "an order id": {
    schema: orderIdSchema,
    takes: ["a", "Az09_-", "x".repeat(64)],
    refuses: ["", "x".repeat(65), "a b", "a\n", "é", "#budget", "a/b", 7, undefined],
    says: "must be 1 to 64 characters of A-Z a-z 0-9 _ -",
  },
  "a customer id": {
    schema: customerIdSchema,
    takes: ["!", "~", "x".repeat(128)],
    refuses: ["", "x".repeat(129), "a b", "a\u007f", "é", 7, undefined],
    says: "must be 1 to 128 printable ASCII characters",
  },
  "a currency": {
    schema: currencySchema,
    takes: ["EUR"],
    refuses: ["EU", "EURO", "eur", "E1R", "xEUR", 7, undefined],
    says: "must be three capital letters, such as EUR",
  },
  "a SKU": {
    schema: orderLineSchema.entries.sku,
    takes: ["!", "~", "x".repeat(64), "__proto", "__proto__x", "x__proto__"],
    refuses: ["", "x".repeat(65), "a b", "a\u007f", "é", "__proto__", 7, undefined],
    says: "must be 1 to 64 printable ASCII characters, and not __proto__",
  },
  "a quantity": {
    schema: orderLineSchema.entries.quantity,
    takes: [1, 10_000],
    refuses: [0, -1, 10_001, ...AMOUNT],
    says: "must be a whole number from 1 to 10000",
  },
  "a unit price": {
    schema: orderLineSchema.entries.unitPriceCents,
    takes: [0, 100_000_000],
    refuses: [-1, 100_000_001, ...AMOUNT],
    says: "must be a whole number from 0 to 100000000",
  },
  "the lines of a new order": {
    schema: newOrderLinesSchema,
    takes: [lines(1), lines(99)],
    refuses: [[], lines(100), {}, "lines", undefined],
    says: "must be a list of 1 to 99 lines",
  },
  "the lines in an event": {
    schema: orderLinesSchema,
    takes: [lines(1), lines(99), [{ ...oneLine[0], engraved: "for you" }]],
    refuses: [[], lines(100), undefined],
    says: "must be a list of 1 to 99 lines",
  },
  "a line of a new order": {
    schema: orderLineSchema,
    takes: oneLine,
    refuses: [7, null, [], undefined],
    says: "must be an object with sku, quantity and unitPriceCents",
  },
  "a line in an event": {
    schema: orderLinesSchema.pipe[0].item,
    takes: oneLine,
    refuses: [7, null, undefined],
    says: "must be an object with sku, quantity and unitPriceCents",
  },
  "a trace context": {
    schema: traceparentSchema,
    takes: [TRACE],
    refuses: ["", `${TRACE}0`, `0${TRACE}`, TRACE.toUpperCase(), TRACE.slice(3), `${TRACE}-`],
    says: "must be a W3C traceparent",
  },
};

describe("every limit holds at its border, and one sentence says what it is", () => {
  test.each(Object.entries(limits))("%s", (_name, { schema, takes, refuses, says }) => {
    for (const value of takes) expect(v.safeParse(schema, value).issues).toBeUndefined();
    for (const value of refuses) {
      const { issues = [] } = v.safeParse(schema, value);
      expect(new Set(issues.map(({ message }) => message)), String(value)).toEqual(new Set([says]));
    }
  });

  test("a line of a new order has no other fields, so that a misspelt one is told", () => {
    const line = { ...oneLine[0], engraved: "for you" };
    expect(v.is(orderLineSchema, line)).toBe(false);
    expect(v.is(newOrderLinesSchema, [line])).toBe(false);
  });
});

describe.each(EVENT_TYPES)("on the wire, %s", (type) => {
  const schema = orderEventSchemas[type];
  const envelope = makeEnvelope({ type });
  const takes = (fields: object) => v.is(schema, { ...envelope, ...fields });

  test("is read with every field, each up to its limit", () => {
    const most = {
      id: "i".repeat(128),
      sequence: "999999999",
      schemaversion: "9999.9999",
      history: "h".repeat(65_536),
      traceparent: TRACE,
    };
    expect(takes(most)).toBe(true);
    expect(takes({ id: "i", history: "" })).toBe(true);
    expect(takes({ data: { ...envelope.data, totalCents: Number.MAX_SAFE_INTEGER } })).toBe(true);
    expect(takes({ data: { ...envelope.data, totalCents: 0 } })).toBe(true);
  });

  test.each<[string, readonly unknown[]]>([
    ["specversion", ["", "0.3", "1.1", 1]],
    ["id", ["", "i".repeat(129), 7]],
    ["source", [7]],
    ["type", ["", "order.unknown", ...EVENT_TYPES.filter((other) => other !== type)]],
    ["subject", ["", "a b", "x".repeat(65)]],
    ["time", ["yesterday", "2026-01-01", "2026-01-01T00:00:00+02", 0]],
    ["sequence", ["0", "01", "1x", "x1", "1000000000", 1]],
    ["sequencetype", ["", "integer"]],
    ["datacontenttype", ["", "text/plain"]],
    ["schemaversion", ["0.1", "1", "1.", "1.00000", "10000.0", "x1.0", "1.0x", 1]],
    ["history", ["h".repeat(65_537), []]],
    ["data", [[], "data", {}]],
  ])("is not read with a wrong %s, nor without it", (field, values) => {
    expect(takes({})).toBe(true);
    for (const value of [...values, undefined]) expect(takes({ [field]: value })).toBe(false);
  });

  const ofTheFirst: [string, readonly unknown[]] = ["lines", [[], [7], lines(100)]];
  test.each<[string, readonly unknown[]]>([
    ["customerId", ["", "a b"]],
    ["currency", ["euro"]],
    ["totalCents", [-1, 1.5, Number.MAX_SAFE_INTEGER + 1, "1"]],
    ...(type === "order.created" ? [ofTheFirst] : []),
  ])("is not read with a wrong %s in its data, nor without it", (field, values) => {
    for (const value of [...values, undefined]) {
      expect(takes({ data: { ...envelope.data, [field]: value } })).toBe(false);
    }
  });

  test("may have no trace context, but not a broken one", () => {
    expect(takes({ traceparent: "00-0-0-01" })).toBe(false);
  });

  test("may have fields that a newer minor version added, on it, in its data and its lines", () => {
    const data = { ...envelope.data, wrapped: "red" };
    const added = oneLine.map((line) => ({ ...line, engraved: "for you" }));
    expect(takes({ gift: true, data })).toBe(true);
    expect(takes({ data: "lines" in envelope.data ? { ...data, lines: added } : data })).toBe(true);
  });
});

test("a time that no clock could read is told of by an example of one that it can", () => {
  const { issues } = v.safeParse(orderEventSchemas["order.paid"], {
    ...makeEnvelope({ type: "order.paid" }),
    time: "2026-01-01T00:00:00+02",
  });
  expect(issues?.map(({ message }) => message)).toEqual([
    "must be an instant, such as 2026-01-01T00:00:00Z",
  ]);
});

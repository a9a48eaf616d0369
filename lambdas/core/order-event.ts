/**
 * An order event: one step of one order, told to every consumer.
 *
 * On the wire it is a CloudEvents 1.0 envelope in structured JSON. `subject` is the order id and
 * `sequence` the order's version after this event: 1, 2, 3, … without gaps. Consumers judge order
 * and identity by this body alone, never by what a queue says of the message that carries it.
 */
import * as v from "valibot";
import { epochMs } from "./iso-time.ts";

export const EVENT_TYPES = [
  "order.created",
  "order.paid",
  "order.shipped",
  "order.delivered",
  "order.cancelled",
] as const;
export type OrderEventType = (typeof EVENT_TYPES)[number];

/** `major.minor`. A newer minor version only adds fields; a newer major one may mean anything. */
export const SCHEMA_VERSION = "1.0";
export const EVENT_SOURCE = "urn:order-event-bus:orders";

/** One transaction holds an order's row and one item a SKU, and DynamoDB takes 100 (5.1). */
export const MAX_LINES = 99;

/** More than all events that fit into an order's item: the store's limit is the only one to meet. */
export const MAX_HISTORY = 65_536;

/** One sentence a schema says what it takes, whichever of its rules was broken. */
const textSchema = (pattern: RegExp, expectation: string) =>
  v.pipe(v.string(expectation), v.regex(pattern, expectation));
const countSchema = (min: number, max: number) => {
  const expectation = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(expectation),
    v.integer(expectation),
    v.minValue(min, expectation),
    v.maxValue(max, expectation),
  );
};

export const orderIdSchema = textSchema(
  /^[A-Za-z0-9_-]{1,64}$/,
  "must be 1 to 64 characters of A-Z a-z 0-9 _ -",
);
const lineEntries = {
  // Rows map quantities by SKU, and a map of DynamoDB's client loses the key __proto__.
  sku: textSchema(
    /^(?!__proto__$)[\x21-\x7e]{1,64}$/,
    "must be 1 to 64 printable ASCII characters, and not __proto__",
  ),
  quantity: countSchema(1, 10_000),
  unitPriceCents: countSchema(0, 100_000_000),
};
const LINE_EXPECTATION = "must be an object with sku, quantity and unitPriceCents";
const LINES_EXPECTATION = `must be a list of 1 to ${MAX_LINES} lines`;
const listOfLines = <L extends v.GenericSchema>(line: L) =>
  v.pipe(
    v.array(line, LINES_EXPECTATION),
    v.minLength(1, LINES_EXPECTATION),
    v.maxLength(MAX_LINES, LINES_EXPECTATION),
  );

/** At the door a line has nothing but these; in an event a newer minor version may add to it. */
export const orderLineSchema = v.strictObject(lineEntries, LINE_EXPECTATION);
export const newOrderLinesSchema = listOfLines(orderLineSchema);
export const orderLinesSchema = listOfLines(v.looseObject(lineEntries, LINE_EXPECTATION));
export const customerIdSchema = textSchema(
  /^[\x21-\x7e]{1,128}$/,
  "must be 1 to 128 printable ASCII characters",
);
export const currencySchema = textSchema(
  /^[A-Z]{3}$/,
  "must be three capital letters, such as EUR",
);

/** The W3C trace context of the call that caused the event. */
export const traceparentSchema = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, "must be a W3C traceparent"),
);

/** Some ISO 8601 offsets, such as `+02`, are none that a clock could read. */
const timeSchema = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check(
    (text) => Number.isFinite(epochMs(text)),
    "must be an instant, such as 2026-01-01T00:00:00Z",
  ),
);

const stepDataSchema = v.looseObject({
  customerId: customerIdSchema,
  currency: currencySchema,
  totalCents: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
const createdDataSchema = v.looseObject({ ...stepDataSchema.entries, lines: orderLinesSchema });

/** What all types have: made once, since each schema that is made is waited for at a cold start. */
const identity = {
  specversion: v.literal("1.0"),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  source: v.string(),
};
const standing = {
  subject: orderIdSchema,
  time: timeSchema,
  sequence: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,8}$/)),
  sequencetype: v.literal("Integer"),
  datacontenttype: v.literal("application/json"),
  schemaversion: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,3}\.[0-9]{1,4}$/)),
  /** The types of sequences 1…n, comma-separated: tells a missing event that matters. */
  history: v.pipe(v.string(), v.maxLength(MAX_HISTORY)),
  traceparent: v.optional(traceparentSchema),
};

const eventSchema = <const T extends OrderEventType, D extends v.GenericSchema>(type: T, data: D) =>
  v.looseObject({ ...identity, type: v.literal(type), ...standing, data });

/** The wire format, one schema a type; JSON Schemas are generated from it. */
export const orderEventSchemas = {
  "order.created": eventSchema("order.created", createdDataSchema),
  "order.paid": eventSchema("order.paid", stepDataSchema),
  "order.shipped": eventSchema("order.shipped", stepDataSchema),
  "order.delivered": eventSchema("order.delivered", stepDataSchema),
  "order.cancelled": eventSchema("order.cancelled", stepDataSchema),
} as const;

export type OrderLine = v.InferOutput<typeof orderLineSchema>;
export type OrderEventEnvelope = {
  [T in OrderEventType]: v.InferOutput<(typeof orderEventSchemas)[T]>;
}[OrderEventType];

type StepData = { customerId: string; currency: string; totalCents: number };

/** What a consumer's handler sees: the envelope, read and typed. */
export type OrderEvent = {
  readonly id: string;
  readonly orderId: string;
  readonly sequence: number;
  /** When the step was taken, as an ISO 8601 instant. */
  readonly time: string;
  readonly traceparent?: string;
} & (
  | {
      readonly type: "order.created";
      readonly data: StepData & { readonly lines: readonly OrderLine[] };
    }
  | { readonly type: Exclude<OrderEventType, "order.created">; readonly data: StepData }
);

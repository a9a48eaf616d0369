/**
 * A received message, read: its place in the order's sequence, and the event or why it is none.
 *
 * A body without a readable place is given one of its own, the first event of an order named after
 * the message, so that it fails, is decided and bounces like any other.
 */
import * as v from "valibot";
import type { DeathCause, FailureText } from "./ledger-row.ts";
import {
  EVENT_TYPES,
  type OrderEvent,
  type OrderEventEnvelope,
  type OrderEventType,
  orderEventSchemas,
  orderIdSchema,
  SCHEMA_VERSION,
} from "./order-event.ts";
import type { Message } from "./ports.ts";

export type Content =
  | { readonly kind: "event"; readonly event: OrderEvent }
  | {
      readonly kind: "not an event";
      readonly error: FailureText;
      /** Left out: it may become readable, since a newer version of the consumer may follow. */
      readonly cause?: DeathCause;
    };

export type Arrival = {
  readonly message: Message;
  readonly orderId: string;
  readonly sequence: number;
  readonly eventType?: string;
  readonly content: Content;
};

const placeSchema = v.looseObject({
  subject: orderIdSchema,
  sequence: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,8}$/)),
  type: v.optional(v.pipe(v.string(), v.maxLength(128))),
  schemaversion: v.optional(v.pipe(v.string(), v.regex(/^[0-9]{1,4}\.[0-9]{1,4}$/))),
});

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Names each fault by its path and what was expected, without the value: it may be personal. */
const faults = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues
    .slice(0, 10)
    .map(
      (issue) =>
        `${v.getDotPath(issue) ?? "body"}: expected ${issue.expected ?? issue.requirement}`,
    )
    .join("; ");

const compareVersions = (a: string, b: string): number => {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
};

const isKnownType = (type: string | undefined): type is OrderEventType =>
  EVENT_TYPES.some((known) => known === type);

const toEvent = (envelope: OrderEventEnvelope): OrderEvent => ({
  id: envelope.id,
  orderId: envelope.subject,
  sequence: Number(envelope.sequence),
  time: envelope.time,
  ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
  ...(envelope.type === "order.created"
    ? { type: envelope.type, data: envelope.data }
    : { type: envelope.type, data: envelope.data }),
});

const invalid = (message: string): Content => ({
  kind: "not an event",
  cause: "invalid",
  error: { name: "InvalidEvent", message },
});

const readContent = (body: unknown, place: v.InferOutput<typeof placeSchema>): Content => {
  const version = place.schemaversion;
  if (version === undefined) return invalid("schemaversion: expected major.minor, such as 1.0");
  const newer = compareVersions(version, SCHEMA_VERSION) > 0;
  const newerMajor = Number.parseInt(version, 10) > Number.parseInt(SCHEMA_VERSION, 10);
  if (newerMajor || (newer && !isKnownType(place.type))) {
    const known = `this consumer knows versions up to ${SCHEMA_VERSION}; deploy a newer one`;
    const message = `type ${place.type ?? "(none)"} of schema version ${version}: ${known}`;
    return { kind: "not an event", error: { name: "NewerSchemaVersion", message } };
  }
  if (!isKnownType(place.type)) {
    return invalid(`type: expected one of ${EVENT_TYPES.join(", ")}`);
  }
  const result = v.safeParse(orderEventSchemas[place.type], body);
  if (!result.success) return invalid(faults(result.issues));
  return { kind: "event", event: toEvent(result.output) };
};

export const readArrival = (message: Message): Arrival => {
  const body = parseJson(message.body);
  const place = v.safeParse(placeSchema, body);
  if (!place.success) {
    const reason = body === undefined ? "the body is no JSON" : faults(place.issues);
    const error = { name: "UnreadableBody", message: reason };
    return {
      message,
      orderId: `#message/${message.messageId}`,
      sequence: 1,
      content: { kind: "not an event", cause: "unreadable", error },
    };
  }
  const { subject, sequence, type } = place.output;
  return {
    message,
    orderId: subject,
    sequence: Number(sequence),
    ...(type === undefined ? {} : { eventType: type }),
    content: readContent(body, place.output),
  };
};

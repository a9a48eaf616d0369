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
  MAX_HISTORY,
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
  /** The types of its order's events 1 to `sequence`; left out where they cannot be read. */
  readonly history?: readonly string[];
  /** Read when first asked for: what bounces or was applied before never is. */
  readonly content: Content;
};

const placeSchema = v.looseObject({
  subject: orderIdSchema,
  sequence: v.pipe(v.string(), v.regex(/^[1-9][0-9]{0,8}$/)),
});

/** The two fields that say how to read the rest; a sender's other texts are not passed on. */
const typeSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z.]{0,63}$/));
const versionSchema = v.pipe(v.string(), v.regex(/^[0-9]{1,4}\.[0-9]{1,4}$/));

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** A check's requirement is a function; its message is a sentence of ours. */
const expectation = ({ type, expected, requirement, message }: v.BaseIssue<unknown>): string =>
  type === "check" ? message : `expected ${expected ?? requirement}`;

/** Names each fault by its path and what was expected, without the value: it may be personal. */
const faults = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues
    .slice(0, 10)
    .map((issue) => `${v.getDotPath(issue) ?? "body"}: ${expectation(issue)}`)
    .join("; ");

const compareVersions = (a: string, b: string): number => {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
};

const isKnownType = (type: string | undefined): type is OrderEventType =>
  EVENT_TYPES.some((known) => known === type);

/** The compiler does not see that `type` and `data` of one envelope belong together. */
const toEvent = ({ id, subject, sequence, time, traceparent, ...rest }: OrderEventEnvelope) =>
  ({
    id,
    orderId: subject,
    sequence: Number(sequence),
    time,
    ...(traceparent === undefined ? {} : { traceparent }),
    type: rest.type,
    data: rest.data,
  }) as OrderEvent;

const invalid = (message: string): Content => ({
  kind: "not an event",
  cause: "invalid",
  error: { name: "InvalidEvent", message },
});

type Kind = { readonly type: string | undefined; readonly version: string | undefined };

const readContent = (body: unknown, { type, version }: Kind): Content => {
  if (version === undefined) return invalid("schemaversion: expected major.minor, such as 1.0");
  const newer = compareVersions(version, SCHEMA_VERSION) > 0;
  const newerMajor = Number.parseInt(version, 10) > Number.parseInt(SCHEMA_VERSION, 10);
  if (newerMajor || (newer && !isKnownType(type))) {
    const known = `this consumer knows versions up to ${SCHEMA_VERSION}; deploy a newer one`;
    const message = `type ${type ?? "(none)"} of schema version ${version}: ${known}`;
    return { kind: "not an event", error: { name: "NewerSchemaVersion", message } };
  }
  if (!isKnownType(type)) return invalid(`type: expected one of ${EVENT_TYPES.join(", ")}`);
  const result = v.safeParse(orderEventSchemas[type], body);
  if (!result.success) return invalid(faults(result.issues));
  return { kind: "event", event: toEvent(result.output) };
};

const unreadable = (message: Message, reason: string): Arrival => ({
  message,
  orderId: `#message/${message.messageId}`,
  sequence: 1,
  content: {
    kind: "not an event",
    cause: "unreadable",
    error: { name: "UnreadableBody", message: reason },
  },
});

const matching = <S extends v.GenericSchema<unknown, string>>(schema: S, value: unknown) =>
  v.is(schema, value) ? (value as string) : undefined;

/** Only one that names as many types as the sequence says, its own last, tells anything. */
const readHistory = (
  text: unknown,
  { sequence, type }: { readonly sequence: number; readonly type: unknown },
): readonly string[] | undefined => {
  if (typeof text !== "string" || text.length > MAX_HISTORY) return undefined;
  const types = text.split(",");
  const isItsOwn = typeof type !== "string" || types.at(-1) === type;
  return types.length === sequence && isItsOwn ? types : undefined;
};

export const readArrival = (message: Message): Arrival => {
  const body = parseJson(message.body);
  if (body === undefined) return unreadable(message, "the body is no JSON");
  const place = v.safeParse(placeSchema, body);
  if (!place.success) return unreadable(message, faults(place.issues));
  const { subject, ...rest } = place.output;
  const sequence = Number(rest.sequence);
  const type = matching(typeSchema, rest.type);
  const version = matching(versionSchema, rest.schemaversion);
  const history = readHistory(rest.history, { sequence, type: rest.type });
  let content: Content | undefined;
  return {
    message,
    orderId: subject,
    sequence,
    ...(type === undefined ? {} : { eventType: type }),
    ...(history === undefined ? {} : { history }),
    get content() {
      content ??= readContent(body, { type, version });
      return content;
    },
  };
};

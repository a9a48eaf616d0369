/**
 * The relay: from a batch of the orders table's stream to the topic, in order, losing nothing.
 *
 * 1. Each order is a lane of entries in stream order, and only its first unsent one is in a wave.
 *    So no call carries two events of one order, whose entries could fail one by one (1.6), and
 *    nothing of an order is sent before what precedes it has arrived. A wave leaves out what would
 *    fill no call, as long as another wave is coming.
 * 2. A lane ends at its first failure. The lowest record that is not done is reported: Lambda
 *    hands it and everything after it over again (4.11). What is then sent twice, the topic drops
 *    for 5 minutes (1.9) and the consumers for ever.
 * 3. What can never be sent (a sender's fault, a record that is no order) is parked as
 *    `{orderId, sequence, error}` and its lane ends too, but the shard goes on: republishing that
 *    order from that sequence on mends it. Should parking fail, the record counts as failed.
 * 4. Near the deadline it stops by itself and reports the rest. The first call always goes out,
 *    so that even a short timeout makes progress.
 *
 * Failures are results here: it never throws for one, as that would bisect and blame a whole batch.
 */
import type { FailureText } from "./ledger-row.ts";
import type { OrderTopic, ParkingQueue, Publication, PublishResult } from "./ports.ts";
import { type RelayEntry, type RelayRecord, readEntries } from "./relay-entries.ts";
import { packWave, runBounded, splitWave } from "./relay-waves.ts";

export type RelayPorts = {
  readonly topic: OrderTopic;
  readonly parking: ParkingQueue;
  /** Milliseconds until the invocation is killed. */
  readonly remainingMs: () => number;
};

export type RelayFault = {
  readonly orderId: string;
  readonly sequence: number;
  readonly error: FailureText;
};

export type RelayReport = {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly published: number;
  readonly failed: readonly RelayFault[];
  /** Parked: they need someone. */
  readonly unsendable: readonly RelayFault[];
  /** Behind a parked one of their order, so not sent. */
  readonly withheld: number;
  /** Not tried: behind a failed one of their order, or no time. They come again. */
  readonly untried: number;
};

type Outcome = Exclude<PublishResult, { kind: "unsendable" }> | Parked | { kind: "untried" };
type Parked = { readonly kind: "parked"; readonly error: FailureText };
type Sendable = { readonly entry: RelayEntry; readonly publication: Publication };
type Lane = { readonly entries: readonly RelayEntry[]; sent: number; end?: Outcome };

/** No call begins with less time left: one call, retried by the SDK, may take about this long. */
const RESERVE_MS = 6_000;
const CALLS_AT_A_TIME = 8;

export const relayBatch = async (
  ports: RelayPorts,
  records: readonly RelayRecord[],
): Promise<RelayReport> => {
  const entries = records.flatMap(readEntries);
  const lanes: Lane[] = [...Map.groupBy(entries, ({ orderId }) => orderId).values()].map(
    (ofOrder) => ({ entries: ofOrder, sent: 0 }),
  );
  let begun = false;
  const mayBegin = () => {
    const may = !begun || ports.remainingMs() >= RESERVE_MS;
    begun = true;
    return may;
  };
  for (;;) {
    const open = nextWave(lanes);
    if (open.length === 0) break;
    const outcomes = await sendWave(ports, open.map(headOf), mayBegin);
    for (const lane of open) settle(lane, outcomes.get(headOf(lane)) ?? { kind: "untried" });
  }
  return reportOn(lanes, records);
};

/** Those open lanes whose next entries go out now, in the order in which they fill the calls. */
const nextWave = (lanes: readonly Lane[]): readonly Lane[] => {
  const open = lanes.filter((lane) => lane.end === undefined && lane.sent < lane.entries.length);
  const heads = open.flatMap((lane) => {
    const { content, position } = headOf(lane);
    if (content.kind === "unreadable") return [];
    const left = lane.entries.length - lane.sent;
    return [{ lane, position, left, publication: content.publication }];
  });
  const unreadable = open.filter((lane) => headOf(lane).content.kind === "unreadable");
  return [...unreadable, ...packWave(heads).flatMap((call) => call.map(({ lane }) => lane))];
};

const headOf = (lane: Lane): RelayEntry => lane.entries[lane.sent] as RelayEntry;

const settle = (lane: Lane, outcome: Outcome): void => {
  if (outcome.kind === "published") lane.sent++;
  else lane.end = outcome;
};

const sendWave = async (
  ports: RelayPorts,
  wave: readonly RelayEntry[],
  mayBegin: () => boolean,
): Promise<Map<RelayEntry, Outcome>> => {
  const outcomes = new Map<RelayEntry, Outcome>();
  const sendable: Sendable[] = [];
  const parks: (() => Promise<void>)[] = [];
  const park = (entry: RelayEntry, error: FailureText) =>
    parks.push(async () => void outcomes.set(entry, await parkEntry(ports.parking, entry, error)));
  for (const entry of wave) {
    if (entry.content.kind === "unreadable") park(entry, entry.content.error);
    else sendable.push({ entry, publication: entry.content.publication });
  }
  const calls = splitWave(sendable).map((call) => async () => {
    if (!mayBegin()) return;
    const results = await ports.topic.publish(call.map(({ publication }) => publication));
    for (const [index, { entry }] of call.entries()) {
      const result = results[index] ?? { kind: "failed", error: NO_RESULT };
      if (result.kind === "unsendable") park(entry, result.error);
      else outcomes.set(entry, result);
    }
  });
  await runBounded(calls, CALLS_AT_A_TIME);
  await runBounded(parks, CALLS_AT_A_TIME);
  return outcomes;
};

const NO_RESULT: FailureText = { name: "NoResultError", message: "the topic gave no result" };

const parkEntry = async (
  parking: ParkingQueue,
  { orderId, sequence }: RelayEntry,
  error: FailureText,
): Promise<Outcome> => {
  try {
    await parking.park({ orderId, sequence, error });
    return { kind: "parked", error };
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "unknown";
    return { kind: "failed", error: { name: "ParkingError", message: `not parked: ${name}` } };
  }
};

const reportOn = (lanes: readonly Lane[], records: readonly RelayRecord[]): RelayReport => {
  const ended = (kind: Outcome["kind"]) => lanes.filter((lane) => lane.end?.kind === kind);
  const left = (lane: Lane) => lane.entries.length - lane.sent;
  const faults = (kind: "failed" | "parked"): RelayFault[] =>
    ended(kind).map((lane) => {
      const { orderId, sequence } = headOf(lane);
      return { orderId, sequence, error: (lane.end as Parked).error };
    });
  const comingAgain = lanes.filter((lane) => left(lane) > 0 && lane.end?.kind !== "parked");
  const lowest = Math.min(...comingAgain.map((lane) => headOf(lane).position));
  const failed = faults("failed");
  const sum = (some: readonly Lane[]) => some.reduce((total, lane) => total + left(lane), 0);
  const record = records[lowest];
  return {
    batchItemFailures: record === undefined ? [] : [{ itemIdentifier: record.recordId }],
    published: lanes.reduce((total, lane) => total + lane.sent, 0),
    failed,
    unsendable: faults("parked"),
    withheld: sum(ended("parked")) - ended("parked").length,
    untried: sum(comingAgain) - failed.length,
  };
};

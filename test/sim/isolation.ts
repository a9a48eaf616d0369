/**
 * Isolation and the budget of receives (7, 8), seen from the ports: why each delivery of a message
 * ended as it did, and so whose fault its death is.
 *
 * A message's own reasons are what happened to it or to its batch from outside: its handler threw,
 * its row could not be written, its invocation was throttled, crashed, timed out or went unheard.
 * What another order in the batch may cost it is bounded:
 * - a recorded attempt: one in a life. After a crash everything that had a start recorded is
 *   suspect, and a suspect runs alone.
 * - receives: between two of its own, one for each other suspect order, which runs alone meanwhile.
 * - never more: an invocation that ends well has run every order that was due in its batch.
 */
import { type LedgerRow, type Life, newRow } from "../../lambdas/core/ledger-row.ts";
import { NO_OUTCOME } from "../../lambdas/core/life.ts";
import type { LedgerWrite } from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { type Fate, fateOf, nameOf, openStarts, type Sighting, takenAlong } from "./fates.ts";
import type { QueueMessage } from "./fifo-queue.ts";
import { isIgnored, isNextAt } from "./handled-by.ts";
import { type Place, placeOf } from "./place-of.ts";
import type { SimConsumer } from "./world.ts";

/** No handler sees an event of an unknown version, nor one that is too old: it fails before. */
export const isRefusedUnseen = (bus: Bus, place: Place): boolean => {
  const event = bus.orders.get(place.orderId)?.events[place.sequence - 1];
  return event === undefined || bus.unknownVersions.has(event.id) || bus.isTooOld(place);
};

const lifeOf = ({ life }: LedgerRow, sequence: number): Life | undefined =>
  life?.seq === sequence ? life : undefined;

/** A second start, after one with which it was taken along: a suspect did not run alone. */
export const checkTaken = (
  bus: Bus,
  consumer: string,
  { life, orderId }: LedgerRow,
  fate: Fate,
): void => {
  const taken = takenAlong(fate, life?.messageId ?? "", orderId);
  if (taken > 1) {
    bus.history.violate("7 isolation", `${consumer} ${orderId}: taken along ${taken} times`);
  }
};

/** The messages that were next of their order when the rows were read, with what was known. */
const dueOnes = (bus: Bus, spec: SimConsumer, { messages, rows }: Sighting) =>
  messages.flatMap((message) => {
    const { orderId, sequence } = placeOf(message.body);
    const unread = bus.tables.rows(spec.name);
    const row = rows.get(orderId) ?? unread.get(orderId) ?? newRow(orderId);
    if (isIgnored(bus.orders, spec, { orderId, sequence })) return [];
    if (!isNextAt(bus.orders, spec, { orderId, sequence, seq: row.seq })) return [];
    const life = lifeOf(row, sequence);
    if (life === undefined) return [{ message, orderId, suspect: false }];
    const own = life.messageId === message.messageId;
    if (own && life.dead !== undefined) return [];
    if (!own && life.sentAtMs >= message.sentAtMs) return [];
    const suspect = own && (life.open || life.error?.name === NO_OUTCOME.name);
    return [{ message, orderId, suspect }];
  });

/** An invocation that ended well: whoever was due and is handed back needs a reason. */
export const checkReceives = (
  bus: Bus,
  { spec }: ConsumerState,
  sighting: Sighting,
  failedIds: readonly string[],
): void => {
  if (sighting.readFailed) return;
  const failed = new Set(failedIds);
  const due = dueOnes(bus, spec, sighting);
  for (const { message, orderId } of due) {
    if (!failed.has(message.messageId) || sighting.troubled.has(orderId)) continue;
    if (isRefusedUnseen(bus, placeOf(message.body))) continue;
    if (due.some((other) => other.suspect && other.orderId !== orderId)) {
      fateOf(bus, spec.name, message.messageId).aside++;
    } else {
      bus.history.violate(
        "8 budget",
        `${spec.name} ${orderId}: a receive spent with no run and no fault`,
      );
    }
  }
};

/**
 * Told of every write of a row. A decision needs reasons of its own: all of its attempts but one
 * that others may have cost.
 */
export const checkWrite = (bus: Bus, { spec }: ConsumerState, write: LedgerWrite): void => {
  const { life, orderId } = write.after;
  if (life === undefined) return;
  const fate = fateOf(bus, spec.name, life.messageId);
  if (life.open || life.dead !== undefined) fate.written.add(nameOf(write));
  if (life.dead === undefined || write.before.life?.dead !== undefined) return;
  const own = ownAttempts(fate, life.messageId, orderId);
  const isUnseen = isRefusedUnseen(bus, { orderId, sequence: life.seq });
  if (isJustified(life, { own, isUnseen, refused: fate.refused })) return;
  const { attempts, dead } = life;
  const why = `${dead.cause} after ${attempts} attempts, ${own} its own`;
  bus.history.violate("7 isolation", `${spec.name} ${orderId}-${life.seq}: ${why}`);
};

const ownAttempts = (fate: Fate, messageId: string, orderId: string): number =>
  fate.failures + openStarts(fate, messageId).length - takenAlong(fate, messageId, orderId);

type Reasons = {
  readonly own: number;
  readonly isUnseen: boolean;
  readonly refused: boolean;
};

const isJustified = ({ dead, attempts }: Life, { own, isUnseen, refused }: Reasons): boolean => {
  switch (dead?.cause) {
    case "not retryable":
      return refused;
    case "attempts exhausted":
    case "crash or timeout":
      return isUnseen || (own > 0 && attempts <= own + 1);
    case "too old":
      return isUnseen;
    default:
      return false;
  }
};

/** What SQS moves to the dead-letter queue: spent, and not for the sake of others. */
export const checkMove = (bus: Bus, consumer: ConsumerState, message: QueueMessage): void => {
  const { spec } = consumer;
  const { orderId, sequence } = placeOf(message.body);
  const { seq } = bus.tables.rows(spec.name).get(orderId) ?? newRow(orderId);
  const what = `${spec.name} ${orderId}-${sequence} at ${seq}`;
  if (message.receiveCount < spec.maxReceiveCount) {
    bus.history.violate("8 budget", `${what}: moved after ${message.receiveCount} receives`);
  }
  if (sequence <= seq || bus.history.decided.get(spec.name)?.has(message.messageId)) return;
  if (!isNextAt(bus.orders, spec, { orderId, sequence, seq })) {
    if (!isStuck(bus, consumer, { orderId, from: seq + 1, to: sequence })) {
      bus.history.violate("7 isolation", `${what}: moved, and nothing before it is stuck`);
    }
    return;
  }
  const { aside } = fateOf(bus, spec.name, message.messageId);
  const own = message.receiveCount - aside;
  if (aside > (own + 1) * (bus.orders.size - 1)) {
    bus.history.violate("7 isolation", `${what}: stood aside ${aside} times and ran ${own}`);
  }
};

type Gap = { readonly orderId: string; readonly from: number; readonly to: number };

/** A predecessor is dead, could not be delivered, or was sent before the subscription. */
const isStuck = (bus: Bus, consumer: ConsumerState, { orderId, from, to }: Gap): boolean => {
  const isBefore = ({ body }: { body: string }): boolean => {
    const place = placeOf(body);
    return place.orderId === orderId && place.sequence >= from && place.sequence < to;
  };
  const { name } = consumer.spec;
  return (
    consumer.subscribedMs > 0 ||
    bus.forgotten.has(`${name}|${orderId}`) ||
    (bus.history.moves.get(name) ?? []).some(isBefore) ||
    consumer.subscriptionDeadLetters.messages().some(isBefore) ||
    (bus.undelivered.get(name) ?? []).some(isBefore)
  );
};

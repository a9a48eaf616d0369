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
import { NonRetryable } from "../../lambdas/core/consumer.ts";
import type { ConsumerContext } from "../../lambdas/core/consumer-context.ts";
import { type LedgerRow, type Life, newRow } from "../../lambdas/core/ledger-row.ts";
import { NO_OUTCOME } from "../../lambdas/core/life.ts";
import type { Ledger, LedgerWrite, Message } from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import type { QueueMessage } from "./fifo-queue.ts";
import { type Place, placeOf } from "./place-of.ts";
import type { ConsumerHandler } from "./queue-mapping.ts";
import { poisonAt, type SimConsumer } from "./world.ts";

/** What one invocation was seen to do. */
type Seen = {
  readonly messages: readonly Message[];
  readonly rows: Map<string, LedgerRow>;
  /** Orders with a reason of their own not to be done. */
  readonly troubled: Set<string>;
  /** Message ids whose start, recorded here, was followed by an outcome. */
  readonly closed: Set<string>;
  /** The order whose event killed it. */
  killer?: string;
  readFailed: boolean;
};

/** What became of one message in one life. */
export type Fate = {
  /** Attempts that failed for a reason of its own. */
  failures: number;
  /** Its handler said that no retry can help. */
  refused: boolean;
  /** Deliveries in which it stood aside for a suspect. */
  aside: number;
  /** Invocations that asked to record a start of it, by the write's name. */
  readonly starts: Map<string, Seen>;
  /** The names of those starts that were written. */
  readonly started: Set<string>;
};

const fateOf = (bus: Bus, consumer: string, messageId: string): Fate => {
  const key = `${consumer}|${messageId}`;
  const found = bus.fates.get(key);
  if (found !== undefined) return found;
  const fate: Fate = {
    failures: 0,
    refused: false,
    aside: 0,
    starts: new Map(),
    started: new Set(),
  };
  bus.fates.set(key, fate);
  return fate;
};

const DAY_MS = 86_400_000;

/** No handler sees an event of an unknown version, nor one that is too old: it fails before. */
export const isRefusedUnseen = (
  bus: Bus,
  { rules: { retainDays } }: SimConsumer,
  { orderId, sequence }: Place,
): boolean => {
  const event = bus.orders.get(orderId)?.events[sequence - 1];
  if (event === undefined || bus.unknownVersions.has(event.id)) return true;
  return retainDays > 0 && bus.clock.nowMs() - Date.parse(event.time) > retainDays * DAY_MS;
};

const lifeOf = ({ life, seq }: LedgerRow): Life | undefined =>
  life?.seq === seq + 1 ? life : undefined;

const nameOf = ({ after }: LedgerWrite): string => `${after.by}/${after.rev}`;

const writtenFor = ({ after }: LedgerWrite): string | undefined => after.by?.split("/")[0];

/** The recorded starts that no outcome followed. */
const openStarts = ({ starts, started }: Fate, messageId: string): Seen[] =>
  [...starts].flatMap(([name, seen]) =>
    started.has(name) && !seen.closed.has(messageId) ? [seen] : [],
  );

/** Those that ended with the function that another order's event killed. */
const takenAlong = (fate: Fate, messageId: string, orderId: string): number =>
  openStarts(fate, messageId).filter(({ killer }) => killer !== undefined && killer !== orderId)
    .length;

const checkTaken = (bus: Bus, consumer: string, { life, orderId }: LedgerRow, fate: Fate): void => {
  const taken = takenAlong(fate, life?.messageId ?? "", orderId);
  if (taken > 1) {
    bus.history.violate("7 isolation", `${consumer} ${orderId}: taken along ${taken} times`);
  }
};

const watchLedger = (bus: Bus, consumer: string, ledger: Ledger, seen: Seen): Ledger => ({
  ...ledger,
  read: async (orderIds) => {
    try {
      const rows = await ledger.read(orderIds);
      for (const [id, row] of rows) if (!seen.rows.has(id)) seen.rows.set(id, row);
      return rows;
    } catch (error) {
      seen.readFailed = true;
      throw error;
    }
  },
  commit: async (write) => {
    const messageId = writtenFor(write) ?? "";
    const fate = fateOf(bus, consumer, messageId);
    if (write.after.life?.open === true) {
      checkTaken(bus, consumer, write.after, fate);
      fate.starts.set(nameOf(write), seen);
    }
    // A start that no outcome followed: it is judged, which is a reason of its own.
    if (write.before.life?.open === true) seen.troubled.add(write.after.orderId);
    const result = await ledger.commit(write);
    if (result.kind !== "committed") {
      seen.troubled.add(write.after.orderId);
      fate.failures++;
    } else if (write.after.life?.open !== true) seen.closed.add(messageId);
    return result;
  },
});

const watch = (
  bus: Bus,
  consumer: ConsumerState,
  context: ConsumerContext,
  seen: Seen,
): ConsumerContext => {
  const { spec } = consumer;
  return {
    ...context,
    ledger: watchLedger(bus, spec.name, context.ledger, seen),
    consumer: {
      ...context.consumer,
      handle: (row, event, settings) => {
        const { orderId, sequence } = event;
        const kills = poisonAt(spec, orderId, sequence)?.kind === "kills" && !consumer.repaired;
        if (kills) seen.killer ??= orderId;
        try {
          return context.consumer.handle(row, event, settings);
        } catch (error) {
          seen.troubled.add(orderId);
          for (const { messageId, body } of seen.messages) {
            const place = placeOf(body);
            if (place.orderId !== orderId || place.sequence !== sequence) continue;
            const fate = fateOf(bus, spec.name, messageId);
            fate.failures++;
            fate.refused ||= error instanceof NonRetryable;
          }
          throw error;
        }
      },
    },
  };
};

/** The messages that were next of their order when the rows were read, with what was known. */
const dueOnes = ({ messages, rows }: Seen, unread: ReadonlyMap<string, LedgerRow>) =>
  messages.flatMap((message) => {
    const { orderId, sequence } = placeOf(message.body);
    const row = rows.get(orderId) ?? unread.get(orderId) ?? newRow(orderId);
    if (sequence !== row.seq + 1) return [];
    const life = lifeOf(row);
    if (life === undefined) return [{ message, orderId, suspect: false }];
    const own = life.messageId === message.messageId;
    if (own && life.dead !== undefined) return [];
    if (!own && life.sentAtMs >= message.sentAtMs) return [];
    const suspect = own && (life.open || life.error?.name === NO_OUTCOME.name);
    return [{ message, orderId, suspect }];
  });

/** An invocation that ended well: whoever was due and is handed back needs a reason. */
const checkReceives = (
  bus: Bus,
  { spec }: ConsumerState,
  seen: Seen,
  failedIds: readonly string[],
): void => {
  if (seen.readFailed) return;
  const failed = new Set(failedIds);
  const due = dueOnes(seen, bus.tables.rows(spec.name));
  for (const { message, orderId } of due) {
    if (!failed.has(message.messageId) || seen.troubled.has(orderId)) continue;
    if (isRefusedUnseen(bus, spec, placeOf(message.body))) continue;
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

/** The handler, watched at its ports. */
export const watched =
  (bus: Bus, consumer: ConsumerState, handler: ConsumerHandler): ConsumerHandler =>
  async (context, messages) => {
    const seen: Seen = {
      messages,
      rows: new Map(),
      troubled: new Set(),
      closed: new Set(),
      readFailed: false,
    };
    const failedIds = await handler(watch(bus, consumer, context, seen), messages);
    if (context.remainingMs() >= context.reserveMs) checkReceives(bus, consumer, seen, failedIds);
    return failedIds;
  };

/**
 * Told of every write of a row. A decision needs reasons of its own: all of its attempts but one
 * that others may have cost.
 */
export const checkWrite = (bus: Bus, { spec }: ConsumerState, write: LedgerWrite): void => {
  const { life, orderId } = write.after;
  if (life?.open === true) fateOf(bus, spec.name, life.messageId).started.add(nameOf(write));
  if (life?.dead === undefined || write.before.life?.dead !== undefined) return;
  const fate = fateOf(bus, spec.name, life.messageId);
  const own = ownAttempts(fate, life.messageId, orderId);
  const isUnseen = isRefusedUnseen(bus, spec, { orderId, sequence: life.seq });
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
  if (sequence > seq + 1) {
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

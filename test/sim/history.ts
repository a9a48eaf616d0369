/** What happened, as the invariants need it. Written by the models, never by the code under test. */
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerWrite } from "../../lambdas/core/ports.ts";
import type { QueueMessage } from "./fifo-queue.ts";
import type { InvariantName } from "./invariants.ts";
import { type Place, placeName } from "./place-of.ts";

export type Applied = {
  readonly consumer: string;
  readonly orderId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** By what a handler names for a change that the bounds of an item have refused. */
  readonly otherwise: boolean;
  readonly atMs: number;
};

export type Violation = { readonly invariant: InvariantName; readonly detail: string };

export type History = {
  readonly violations: Violation[];
  readonly applied: Applied[];
  readonly violate: (invariant: InvariantName, detail: string) => void;
  readonly moved: (consumer: string, message: QueueMessage) => void;
  /** The messages that SQS moved, by consumer. */
  readonly moves: Map<string, QueueMessage[]>;
  /** Handler runs by consumer, order, sequence and message. */
  readonly runs: Map<string, number>;
  readonly ran: (key: string) => void;
  readonly committed: (consumer: string, write: LedgerWrite, atMs: number) => void;
  /** Starts recorded, by consumer and message. */
  readonly starts: Map<string, number>;
  /** What each consumer has decided dead: message ids. */
  readonly decided: Map<string, Set<string>>;
  /** Tokens that successes have earned, by consumer. */
  readonly tokens: Map<string, number>;
  readonly earned: (consumer: string, tokens: number) => void;
  /** The highest sequence that has had its effect, by `consumer|order`. */
  readonly effects: Map<string, number>;
  /** Ids of events that no consumer can read. */
  readonly unread: Set<string>;
  /** Changes that the bounds of an item have refused: `consumer|order|sequence`. */
  readonly refused: Set<string>;
  hash: number;
  readonly note: (text: string) => void;
};

type IsUnhandled = (consumer: string, place: Place) => boolean;

/** What the world knows of an event. */
type Knowledge = {
  readonly isUnhandled?: IsUnhandled;
  /** Nothing is written for it. */
  readonly isIgnored?: IsUnhandled;
  /** Older than any row is kept: it is refused before any handler sees it. */
  readonly isTooOld?: (place: Place) => boolean;
};

export const newHistory = ({
  isUnhandled = () => false,
  isIgnored = () => false,
  isTooOld = () => false,
}: Knowledge = {}): History => {
  const violations: Violation[] = [];
  const history: History = {
    violations,
    applied: [],
    moves: new Map(),
    runs: new Map(),
    starts: new Map(),
    decided: new Map(),
    tokens: new Map(),
    earned: (consumer, tokens) => {
      history.tokens.set(consumer, (history.tokens.get(consumer) ?? 0) + tokens);
    },
    effects: new Map(),
    unread: new Set(),
    refused: new Set(),
    hash: 0x811c9dc5,
    violate: (invariant, detail) => {
      if (violations.length < 5) violations.push({ invariant, detail });
    },
    note: (text) => {
      for (let index = 0; index < text.length; index++) {
        history.hash = Math.imul(history.hash ^ text.charCodeAt(index), 0x01000193);
      }
    },
    moved: (consumer, message) => {
      history.note(`move ${consumer} ${message.messageId}`);
      const moves = history.moves.get(consumer) ?? [];
      history.moves.set(consumer, moves);
      moves.push({ ...message });
    },
    ran: (key) => {
      history.note(`run ${key}`);
      history.runs.set(key, (history.runs.get(key) ?? 0) + 1);
    },
    committed: (consumer, write, atMs) => {
      const { before, after } = write;
      history.note(`write ${consumer} ${after.orderId} ${after.seq} ${after.rev}`);
      const decided = history.decided.get(consumer) ?? new Set();
      history.decided.set(consumer, decided);
      if (after.life?.dead !== undefined) decided.add(after.life.messageId);
      if (!isTooOld(nextOf(after))) checkLife(history, consumer, before, after);
      checkEffectOrder(history, consumer, write, isUnhandled);
      if (after.seq === before.seq) return;
      const { orderId } = after;
      const otherwise = after.by?.endsWith("/otherwise") === true;
      if (otherwise && !history.refused.has(`${consumer}|${orderId}|${after.seq}`)) {
        const what = `${consumer} ${orderId}-${after.seq}: the other way, and nothing was refused`;
        history.violate("10 consumers agree", what);
      }
      const applied = { consumer, orderId, fromSeq: before.seq, otherwise, atMs };
      for (let toSeq = before.seq + 1; toSeq <= after.seq; toSeq++) {
        if (!isIgnored(consumer, { orderId, sequence: toSeq })) {
          history.applied.push({ ...applied, toSeq });
        }
      }
      if (skips(consumer, write, isUnhandled)) {
        history.violate("4 order", JSON.stringify({ ...applied, toSeq: after.seq }));
      }
      const messageId = after.by?.split("/")[0];
      if (messageId !== undefined && decided.has(messageId)) {
        history.violate("5 dead stays dead", `${consumer} ${orderId} ${after.seq} by ${messageId}`);
      }
    },
  };
  return history;
};

const nextOf = ({ orderId, life, seq }: LedgerRow): Place => ({
  orderId,
  sequence: life?.seq ?? seq + 1,
});

/** Whether the watermark goes past an event that is handled and has no effect in this write. */
const skips = (
  consumer: string,
  { before, after, effects }: LedgerWrite,
  isUnhandled: IsUnhandled,
): boolean => {
  const { orderId } = after;
  const had = new Set(effects.map(({ key }) => key.id));
  for (let sequence = before.seq + 1; sequence < after.seq; sequence++) {
    if (had.has(placeName(orderId, sequence))) continue;
    if (!isUnhandled(consumer, { orderId, sequence })) return true;
  }
  return false;
};

const checkLife = (
  history: History,
  consumer: string,
  before: LedgerRow,
  { life, by, orderId }: LedgerRow,
): void => {
  if (life === undefined) return;
  const known = before.life?.messageId === life.messageId ? before.life.attempts : 0;
  if (life.attempts > known + 1) {
    history.violate("8 budget", `${consumer} ${orderId}: ${known} then ${life.attempts} attempts`);
  }
  const message = `${consumer}|${life.messageId}`;
  const starts = (history.starts.get(message) ?? 0) + (life.open ? 1 : 0);
  history.starts.set(message, starts);
  const receives = Number(by?.split("/")[1] ?? Number.POSITIVE_INFINITY);
  // A body that is refused unread runs no handler that could be counted.
  if (history.unread.has(`${orderId}-${life.seq}`)) return;
  const ran = history.runs.get(`${consumer}|${orderId}|${life.seq}`) ?? 0;
  // A delivery that another one overtakes, after its start was written and the reply was lost, has
  // to record a second start: then there are more of them than receives.
  const due = Math.max(receives, starts) + ran;
  if (life.attempts > due) {
    history.violate("8 budget", `${consumer} ${orderId}: ${life.attempts} attempts of ${due}`);
  }
};

/** Counted effects are named `order-sequence`, so each tells its own place. */
const checkEffectOrder = (
  history: History,
  consumer: string,
  { after, effects }: LedgerWrite,
  isUnhandled: IsUnhandled,
): void => {
  for (const { table, key } of effects) {
    if (!table.endsWith("-effects")) continue;
    const [orderId = "", sequence] = String(key.id).split("-");
    const lane = `${consumer}|${orderId}`;
    const last = history.effects.get(lane) ?? 0;
    let skipped = (after.discarded ?? []).filter(({ seq }) => seq > last).length;
    for (let seq = last + 1; seq < Number(sequence); seq++) {
      const given = after.discarded?.some((one) => one.seq === seq) === true;
      if (!given && isUnhandled(consumer, { orderId, sequence: seq })) skipped++;
    }
    if (Number(sequence) <= last) {
      history.violate("3 one effect", `${lane}: ${sequence} after ${last}`);
    } else if (Number(sequence) > last + 1 + skipped) {
      history.violate("4 order", `${lane}: ${sequence} after ${last}`);
    }
    history.effects.set(lane, Math.max(last, Number(sequence)));
  }
};

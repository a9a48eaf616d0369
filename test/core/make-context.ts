/**
 * A consumer at work, small enough for one test: tables in memory, a clock that moves only when
 * something sleeps, a random that does not vary, and a queue that writes down what it is told.
 */
import { type BatchReport, consumeBatch } from "../../lambdas/core/consume-batch.ts";
import type { Change, Consumer } from "../../lambdas/core/consumer.ts";
import type { ConsumerContext } from "../../lambdas/core/consumer-context.ts";
import type { FailureRules } from "../../lambdas/core/failure-rules.ts";
import type { JsonObject, LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { EVENT_TYPES, type OrderEvent } from "../../lambdas/core/order-event.ts";
import type { Outcome } from "../../lambdas/core/outcome.ts";
import type {
  ItemVerdict,
  Ledger,
  LedgerResult,
  LedgerWrite,
  Message,
} from "../../lambdas/core/ports.ts";
import { defaultFailureRules } from "../../lib/default-failure-rules.ts";
import { type MemoryTables, memoryTables } from "../models/memory-tables.ts";
import { SENT_AT_MS } from "./make-message.ts";

export const START_MS = SENT_AT_MS + 1_000;
export const MINUTE_MS = 60_000;

export const usualRules: FailureRules = defaultFailureRules;

export type World = {
  readonly context: ConsumerContext;
  readonly tables: MemoryTables;
  readonly ledger: Ledger;
  readonly clock: { nowMs: number };
  /** What the random port answers: by default never a token, half of the jitter. */
  readonly random: { value: number };
  /** What a handler does besides counting; throw here to let an event fail. */
  behave: (event: OrderEvent) => void;
  /** Between the core and the table: a test may refuse, lose a reply, or let others go first. */
  onCommit: (write: LedgerWrite, commit: Ledger["commit"]) => Promise<LedgerResult>;
  /** Ids of the events that a handler has been run for. */
  readonly handled: string[];
  /** One list a call to the queue, in the order of the calls that named any message. */
  readonly hidden: (readonly [messageId: string, seconds: number])[][];
  readonly removed: string[];
  readonly row: (orderId?: string) => LedgerRow | undefined;
  /** How often each event took effect, by its id. */
  readonly effects: () => Record<string, number>;
  readonly deliver: (...messages: readonly Message[]) => Promise<BatchReport>;
};

export type WorldShape = {
  readonly rules?: Partial<FailureRules>;
  readonly consumer?: Partial<Consumer>;
  readonly context?: Partial<ConsumerContext>;
};

const countEach = (event: OrderEvent, state: JsonObject | undefined): Change<JsonObject> => ({
  state: { applied: [...((state?.applied as number[] | undefined) ?? []), event.sequence] },
  effects: [{ kind: "adjust", table: "effects", key: { eventId: event.id }, add: { times: 1 } }],
});

export const makeWorld = (shape: WorldShape = {}): World => {
  const tables = memoryTables();
  const stored = tables.ledger("test");
  const ledger: Ledger = {
    ...stored,
    commit: (write) => world.onCommit(write, stored.commit),
    commitTogether: async (rows, effects) => {
      // What a test does to the write of one order, it does to it among others.
      const asked = await Promise.all(
        rows.map((row) =>
          world.onCommit({ ...row, effects: [] }, async () => ({ kind: "committed" })),
        ),
      );
      const failed = asked.find((result) => result.kind === "failed");
      if (failed?.kind === "failed") return failed;
      if (asked.every(({ kind }) => kind === "committed")) {
        return stored.commitTogether(rows, effects);
      }
      const verdicts = { committed: "fine", busy: "busy", changed: "refused" } as const;
      const verdictOf = ({ kind }: LedgerResult): ItemVerdict =>
        kind === "refused" || kind === "failed" ? "invalid" : verdicts[kind];
      return { kind: "cancelled", rows: asked.map(verdictOf), effects: effects.map(() => "fine") };
    },
  };
  const consumer: Consumer = {
    name: "test",
    handles: EVENT_TYPES,
    handle: (state, event) => {
      world.handled.push(event.id);
      world.behave(event);
      return countEach(event, state);
    },
    ...shape.consumer,
  };
  const clock = { nowMs: START_MS };
  const random = { value: 0.5 };
  const hidden: World["hidden"] = [];
  const removed: string[] = [];
  const context: ConsumerContext = {
    consumer,
    settings: {},
    rules: { ...usualRules, ...shape.rules },
    ledger,
    facts: tables.facts(),
    queue: {
      hide: async (entries) => {
        const call = entries.map((entry) => [entry.message.messageId, entry.seconds] as const);
        if (call.length > 0) hidden.push(call);
      },
      remove: async (messages) => {
        removed.push(...messages.map(({ messageId }) => messageId));
      },
    },
    clock: {
      nowMs: () => clock.nowMs,
      sleep: async (ms) => {
        clock.nowMs += ms;
      },
    },
    nextTurn: () => new Promise((resolve) => void setImmediate(resolve)),
    random: () => random.value,
    remainingMs: () => 30_000,
    reserveMs: 1_500,
    ...shape.context,
  };
  const world: World = {
    context,
    tables,
    ledger: stored,
    clock,
    random,
    behave: () => {},
    onCommit: (write, commit) => commit(write),
    handled: [],
    hidden,
    removed,
    row: (orderId = "o1") => tables.rows("test").get(orderId),
    effects: () =>
      Object.fromEntries([...tables.items("effects")].map(([id, { times = 0 }]) => [id, times])),
    deliver: (...messages) => consumeBatch(context, messages),
  };
  return world;
};

/** The outcome of each message of a batch, by its id. */
export const outcomes = ({ results }: BatchReport): Record<string, Outcome> =>
  Object.fromEntries(results.map(({ arrival, outcome }) => [arrival.message.messageId, outcome]));

/** Only the kind of each outcome, by message id. */
export const kinds = (report: BatchReport): Record<string, string> =>
  Object.fromEntries(Object.entries(outcomes(report)).map(([id, { kind }]) => [id, kind]));

export const fail = (message = "the downstream is away"): never => {
  throw new Error(message);
};

/** Writes a row as if it had come about earlier. */
export const putRow = (world: World, row: Partial<LedgerRow>): LedgerRow => {
  const whole: LedgerRow = { orderId: "o1", seq: 0, rev: 1, ...row };
  world.tables.rows("test").set(whole.orderId, whole);
  return whole;
};

/** The budget without tokens, as after a broken dependency. */
export const emptyBudget = async (world: World): Promise<void> => {
  const before = await world.ledger.readBudget();
  await world.ledger.commitBudget(before, {
    rev: before.rev + 1,
    tokens: 0,
    grantedAtMs: world.clock.nowMs,
    minute: 0,
    earned: 0,
  });
};

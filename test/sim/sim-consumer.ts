/** One consumer's ports, as one invocation sees them: they can fail, be late, or never come back. */
import type { Adjust } from "../../lambdas/core/consumer.ts";
import { type ConsumerContext, reserveOf } from "../../lambdas/core/consumer-context.ts";
import type { Result } from "../../lambdas/core/give-back.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import type {
  FactStore,
  ItemVerdict,
  Ledger,
  LedgerResult,
  Message,
  RowWrite,
  SourceQueue,
  TogetherResult,
} from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { checkPlace } from "./check-place.ts";
import { isSettled } from "./checks.ts";
import { checkWrite } from "./isolation.ts";
import { placeOf } from "./place-of.ts";
import { probe } from "./probe.ts";
import { realConsumer } from "./real-consumers.ts";

/** One invocation; a crash is a call that never returns, a zombie goes on past its end. */
export type Invocation = {
  readonly startedMs: number;
  readonly timeoutMs: number;
  crashed: boolean;
  /** Calls until it crashes; `undefined`: never. */
  callsLeft?: number;
  readonly onCrash: () => void;
  /** Events whose handler has run, for a write that is still to come: `order-sequence`. */
  readonly pending: Set<string>;
};

/** One for each caller: a shared one would keep everybody who waits for it. */
const never = () => new Promise<never>(() => {});

/** Passes one call of an invocation to the outside, which is where it may die. */
export const callOut = async <T>(
  bus: Bus,
  invocation: Invocation,
  act: () => T | Promise<T>,
): Promise<T> => {
  if (invocation.crashed) return never();
  if (invocation.callsLeft === 0) {
    invocation.crashed = true;
    invocation.onCrash();
    return never();
  }
  if (invocation.callsLeft !== undefined) invocation.callsLeft--;
  await bus.clock.sleep(bus.latencyMs());
  if (invocation.crashed) return never();
  return act();
};

const lost: Extract<LedgerResult, { kind: "failed" }> = {
  kind: "failed",
  retryable: true,
  error: { name: "TimeoutError", message: "simulated" },
};

/** Facts go out before the watermark, on a call of their own. */
const simFacts = (bus: Bus, invocation: Invocation): FactStore => {
  const store = bus.tables.facts();
  return {
    put: async (facts) => {
      const fault = bus.faults.deal("facts");
      if (fault === "throttle") return callOut(bus, invocation, () => ({ kind: "busy" }));
      if (fault === "fails") return callOut(bus, invocation, () => lost);
      const result = await callOut(bus, invocation, () => store.put(facts));
      return fault === "lostReply" ? lost : result;
    },
  };
};

/** A write has gone out, whatever came of it: nothing later may count on the handlers before it. */
const settlePending = ({ pending }: Invocation, orderId: string): void => {
  for (const place of pending) if (place.startsWith(`${orderId}-`)) pending.delete(place);
};

type Together = {
  readonly rows: readonly RowWrite[];
  readonly effects: readonly Adjust[];
};

/** The effects that are counted are named by their place, so each tells whose it is. */
const ownEffects = (effects: readonly Adjust[], orderId: string): readonly Adjust[] =>
  effects.filter(({ key }) => String(key.id).startsWith(`${orderId}-`));

const commitTogether = async (
  bus: Bus,
  consumer: ConsumerState,
  invocation: Invocation,
  { rows, effects }: Together,
): Promise<TogetherResult> => {
  const { name } = consumer.spec;
  const ledger = bus.tables.ledger(name);
  const fault = bus.faults.deal("ledger");
  if (fault === "throttle") return callOut(bus, invocation, () => ({ kind: "busy" }));
  if (fault === "conflict") {
    // A row, or an item that others may share.
    const busy = bus.random.below(rows.length + effects.length);
    const verdictAt = (at: number): ItemVerdict => (at === busy ? "busy" : "fine");
    const verdicts = {
      rows: rows.map((_, index) => verdictAt(index)),
      effects: effects.map((_, index) => verdictAt(rows.length + index)),
    };
    return callOut(bus, invocation, () => ({ kind: "cancelled", ...verdicts }));
  }
  const commit = async (): Promise<TogetherResult> => {
    const stored = bus.tables.rows(name);
    const befores = rows.map(({ after }) => stored.get(after.orderId) ?? newRow(after.orderId));
    const result = await ledger.commitTogether(rows, effects);
    bus.faults.count(`together:${result.kind}`);
    for (const [index, row] of rows.entries()) {
      const { orderId } = row.after;
      settlePending(invocation, orderId);
      const before = befores[index] ?? row.before;
      if (result.kind !== "committed" || stored.get(orderId) === before) continue;
      const done = { before, after: row.after, effects: ownEffects(effects, orderId) };
      if (row.after.by?.endsWith("/together")) bus.faults.count("together:events");
      checkPlace(bus, name, done);
      bus.history.committed(name, done, bus.clock.nowMs());
      checkWrite(bus, consumer, done);
    }
    return result;
  };
  const result = await callOut(bus, invocation, commit);
  if (fault !== "lostReply") return result;
  return bus.random.chance(0.5) ? callOut(bus, invocation, commit) : lost;
};

export const simLedger = (bus: Bus, consumer: ConsumerState, invocation: Invocation): Ledger => {
  const { spec } = consumer;
  const ledger = bus.tables.ledger(spec.name);
  return {
    read: async (orderIds) => {
      const fault = bus.faults.deal("ledger");
      if (fault === "throttle") {
        await callOut(bus, invocation, () => undefined);
        throw new Error("ThrottlingException");
      }
      const before = fault === "stale" ? await ledger.read(orderIds) : undefined;
      const now = await callOut(bus, invocation, () => ledger.read(orderIds));
      return before ?? now;
    },
    readBudget: () => callOut(bus, invocation, () => ledger.readBudget()),
    commit: async (write) => {
      const fault = bus.faults.deal("ledger");
      if (fault === "throttle" || fault === "conflict") {
        return callOut(bus, invocation, () => ({ kind: "busy" }));
      }
      const commit = async (): Promise<LedgerResult> => {
        const { orderId } = write.after;
        const stored = bus.tables.rows(spec.name).get(orderId) ?? newRow(orderId);
        const result = await ledger.commit(write);
        if (result.kind === "refused") {
          bus.history.refused.add(`${spec.name}|${orderId}|${write.after.seq}`);
        }
        settlePending(invocation, orderId);
        if (result.kind === "committed" && bus.tables.rows(spec.name).get(orderId) !== stored) {
          const done = { ...write, before: stored };
          if (write.after.by?.endsWith("/together")) bus.faults.count("together:events");
          checkPlace(bus, spec.name, done);
          bus.history.committed(spec.name, done, bus.clock.nowMs());
          checkWrite(bus, consumer, done);
        }
        return result;
      };
      const result = await callOut(bus, invocation, commit);
      if (fault !== "lostReply") return result;
      // Half of the lost replies are mended by the SDK's own retry, half are given up.
      return bus.random.chance(0.5) ? callOut(bus, invocation, commit) : lost;
    },
    commitTogether: (rows, effects) => commitTogether(bus, consumer, invocation, { rows, effects }),
    commitBudget: (before, after) =>
      callOut(bus, invocation, async () => {
        const result = await ledger.commitBudget(before, after);
        const earned = after.tokens - before.tokens;
        if (result.kind === "committed") bus.history.earned(spec.name, Math.max(1, earned));
        return result;
      }),
  };
};

/** A message that is deleted must have had its effect, or its event is lost. */
export const removeMessage = (
  bus: Bus,
  { queue, spec, ...rest }: ConsumerState,
  receipt: string,
) => {
  const message = queue.find(receipt);
  if (message === undefined || queue.remove(receipt, bus.clock.nowMs()) === "expired") return;
  bus.history.note(`delete ${spec.name} ${message.messageId}`);
  const { orderId, sequence } = placeOf(message.body);
  if (!isSettled(bus, spec, { orderId, sequence })) {
    bus.history.violate("1 conserved", `${spec.name} ${orderId}-${sequence} deleted, no effect`);
  }
  rest.wake();
};

const simSource = (bus: Bus, consumer: ConsumerState, invocation: Invocation): SourceQueue => ({
  hide: async (entries) => {
    for (const { message, seconds } of entries) {
      await callOut(bus, invocation, () => {
        const nowMs = bus.clock.nowMs();
        const fault = bus.faults.deal("remove");
        if (fault === "fails" || nowMs < consumer.deniedUntilMs) return;
        consumer.queue.hide(message.receiptHandle, seconds, nowMs);
        consumer.wake();
      });
    }
  },
  remove: async (messages) => {
    for (const { receiptHandle } of messages) {
      await callOut(bus, invocation, () => {
        const nowMs = bus.clock.nowMs();
        if (bus.faults.deal("remove") === "fails" || nowMs < consumer.deniedUntilMs) return;
        removeMessage(bus, consumer, receiptHandle);
      });
    }
  },
});

/** What an invocation works with, and whom it tells what became of its messages. */
export type SimContext = ConsumerContext & {
  readonly report: (results: readonly Result[]) => void;
  /** What a function could do if its role let it; ours may not, and never tries. */
  readonly sendToDeadLetters: (message: Message) => Promise<void>;
};

export const simContext = (
  bus: Bus,
  consumer: ConsumerState,
  invocation: Invocation,
): SimContext => ({
  report: () => {},
  sendToDeadLetters: ({ messageId, body }) =>
    callOut(bus, invocation, () => {
      const entry = { groupId: placeOf(body).orderId, dedupId: messageId, body };
      consumer.deadLetters.send(entry, bus.clock.nowMs());
    }),
  consumer: realConsumer(bus, consumer, invocation) ?? probe(bus, consumer, invocation),
  settings: { initialStock: bus.world.initialStock },
  rules: consumer.spec.rules,
  ledger: simLedger(bus, consumer, invocation),
  facts: simFacts(bus, invocation),
  queue: simSource(bus, consumer, invocation),
  clock: {
    nowMs: bus.clock.nowMs,
    sleep: (ms) => callOut(bus, invocation, () => undefined).then(() => bus.clock.sleep(ms)),
  },
  nextTurn: () => bus.clock.sleep(0),
  random: bus.random.next,
  remainingMs: () => invocation.startedMs + invocation.timeoutMs - bus.clock.nowMs(),
  reserveMs: reserveOf(invocation.timeoutMs),
});

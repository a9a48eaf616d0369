/** One consumer's ports, as one invocation sees them: they can fail, be late, or never come back. */
import { type Consumer, NonRetryable } from "../../lambdas/core/consumer.ts";
import { type ConsumerContext, reserveOf } from "../../lambdas/core/consumer-context.ts";
import type { Result } from "../../lambdas/core/give-back.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import type { Ledger, LedgerResult, SourceQueue } from "../../lambdas/core/ports.ts";
import { type Bus, type ConsumerState, START_MS } from "./bus.ts";
import { isSettled, placeName } from "./checks.ts";
import { checkWrite } from "./isolation.ts";
import { placeOf } from "./place-of.ts";
import { poisonAt } from "./world.ts";

/** One invocation; a crash is a call that never returns, a zombie goes on past its end. */
export type Invocation = {
  readonly startedMs: number;
  readonly timeoutMs: number;
  crashed: boolean;
  /** Calls until it crashes; `undefined`: never. */
  callsLeft?: number;
  readonly onCrash: () => void;
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

const lost: LedgerResult = {
  kind: "failed",
  retryable: true,
  error: { name: "TimeoutError", message: "simulated" },
};

/** The probe: it counts each event's effect, and fails where the world says so. */
export const probe = (bus: Bus, { spec }: ConsumerState, invocation: Invocation): Consumer => ({
  name: spec.name,
  handles: EVENT_TYPES,
  handle: (state, { orderId, sequence }) => {
    const consumer = bus.consumers.find((candidate) => candidate.spec === spec);
    bus.history.ran(`${spec.name}|${orderId}|${sequence}`);
    if (sequence > 1 && !isSettled(bus, spec.name, { orderId, sequence: sequence - 1 })) {
      const marked = (bus.tables.rows(spec.name).get(orderId)?.seq ?? 0) >= sequence - 1;
      const crime = marked ? "1 conserved" : "followers are never tried";
      bus.history.violate(crime, `${spec.name} ${orderId}-${sequence} before its predecessor`);
    }
    const poison = poisonAt(spec, orderId, sequence);
    if (poison !== undefined && consumer?.repaired === false) {
      if (poison.kind === "not retryable") throw new NonRetryable("poison");
      if (poison.kind === "kills") invocation.callsLeft = 0;
      else throw new Error("poison");
    }
    const elapsedMs = bus.clock.nowMs() - START_MS;
    if (spec.outage !== undefined && elapsedMs >= spec.outage.fromMs) {
      if (elapsedMs < spec.outage.toMs) throw new Error("dependency down");
    }
    const id = placeName(orderId, sequence);
    const count = Number(state?.count ?? 0) + 1;
    return {
      state: { count, last: sequence },
      effects: [
        { kind: "adjust", table: `${spec.name}-effects`, key: { id }, add: { times: 1 } },
        { kind: "adjust", table: `${spec.name}-total`, key: { id: "all" }, add: { times: 1 } },
      ],
    };
  },
});

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
        if (result.kind === "committed" && bus.tables.rows(spec.name).get(orderId) !== stored) {
          const done = { ...write, before: stored };
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
  if (!isSettled(bus, spec.name, { orderId, sequence })) {
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
};

export const simContext = (
  bus: Bus,
  consumer: ConsumerState,
  invocation: Invocation,
): SimContext => ({
  report: () => {},
  consumer: probe(bus, consumer, invocation),
  settings: {},
  rules: consumer.spec.rules,
  ledger: simLedger(bus, consumer, invocation),
  facts: bus.tables.facts(),
  queue: simSource(bus, consumer, invocation),
  clock: {
    nowMs: bus.clock.nowMs,
    sleep: (ms) => callOut(bus, invocation, () => undefined).then(() => bus.clock.sleep(ms)),
  },
  random: bus.random.next,
  remainingMs: () => invocation.startedMs + invocation.timeoutMs - bus.clock.nowMs(),
  reserveMs: reserveOf(invocation.timeoutMs),
});

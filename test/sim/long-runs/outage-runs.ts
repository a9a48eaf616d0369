/** Something that a consumer needs is away for hours: nothing is lost, little is dead-lettered. */
import type { LedgerResult } from "../../../lambdas/core/ports.ts";
import { type Bus, START_MS } from "../bus.ts";
import { nativeRedrive } from "../operators.ts";
import type { ConsumerHandler } from "../queue-mapping.ts";
import { makeOrders } from "./make-orders.ts";
import { deadOrders, exhaustedOrders, lastAppliedMs, mostReceives } from "./measure-run.ts";
import {
  DEFAULT_CONSUMER,
  HOUR_MS,
  MINUTE_MS,
  playLongRun,
  redriveAll,
  type Scenario,
  untilQuiet,
} from "./play-long-run.ts";

export type OutageReport = {
  readonly orders: number;
  /** Orders with a message in the dead-letter queue when all has come to rest. */
  readonly deadLettered: number;
  /** As many of them went there with no decision, for want of receives. */
  readonly exhausted: number;
  /** What the dead-letter budget allows: a full bucket, and its hourly tokens. Nothing is earned. */
  readonly budget: number;
  readonly mostReceives: number;
  /** From the end of the outage to the last event that was applied by itself. */
  readonly recoveredMs: number;
  /** Redrives until all events were applied: then nothing is lost. */
  readonly redrives: number;
};

type Outage = { readonly fromMs: number; readonly toMs: number };
/** What is away, for how long. */
export type OutagePlan = {
  readonly seed: number;
  readonly orders: number;
  readonly outageMs: number;
  readonly what: "dependency" | "table" | "table for writes" | "function";
};

const FROM_MS = MINUTE_MS;
/** Before it and in it, so that some orders are in the middle and some never began. */
const PLACED_WITHIN_MS = 4 * MINUTE_MS;

const unreachable: LedgerResult = {
  kind: "failed",
  retryable: true,
  error: { name: "TimeoutError", message: "simulated" },
};

const isOn = (bus: Bus, { fromMs, toMs }: Outage): boolean => {
  const elapsedMs = bus.clock.nowMs() - START_MS;
  return elapsedMs >= fromMs && elapsedMs < toMs;
};

/** Every call of the dedup table fails, or every write to it. */
const withoutTable =
  (outage: Outage, reads: "too" | "work") =>
  (bus: Bus, handler: ConsumerHandler): ConsumerHandler =>
  (context, messages) => {
    const { ledger } = context;
    const read =
      <T>(call: () => Promise<T>) =>
      async () => {
        if (reads === "too" && isOn(bus, outage)) throw new Error("unreachable");
        return call();
      };
    const write = async (call: () => Promise<LedgerResult>) =>
      isOn(bus, outage) ? unreachable : call();
    return handler(
      {
        ...context,
        ledger: {
          read: (orderIds) => read(() => ledger.read(orderIds))(),
          readBudget: read(ledger.readBudget),
          commit: (row) => write(() => ledger.commit(row)),
          commitTogether: async (rows, effects) =>
            isOn(bus, outage) ? unreachable : ledger.commitTogether(rows, effects),
          commitBudget: (before, after) => write(() => ledger.commitBudget(before, after)),
        },
      },
      messages,
    );
  };

/** Throttled after the receive: the batch comes back when its visibility ends. */
const throttled =
  (outage: Outage) =>
  (bus: Bus, handler: ConsumerHandler): ConsumerHandler =>
  async (context, messages) =>
    isOn(bus, outage) ? messages.map(({ messageId }) => messageId) : handler(context, messages);

const scenarioOf = ({ seed, orders, outageMs, what }: OutagePlan): Scenario => {
  const outage = { fromMs: FROM_MS, toMs: FROM_MS + outageMs };
  const common = {
    seed,
    orders: makeOrders({
      ...{ seed, orders, prefix: "o" },
      ...{ withinMs: PLACED_WITHIN_MS, gapMs: MINUTE_MS },
    }),
  };
  switch (what) {
    case "dependency":
      return { ...common, consumer: { outage } };
    case "table":
      return { ...common, around: withoutTable(outage, "too") };
    case "table for writes":
      return { ...common, around: withoutTable(outage, "work") };
    case "function":
      return { ...common, around: throttled(outage) };
  }
};

export const playOutage = (plan: OutagePlan): Promise<OutageReport> =>
  playLongRun(scenarioOf(plan), async (run) => {
    await untilQuiet(run);
    const { capacity, tokensPerHour } = DEFAULT_CONSUMER.rules.budget;
    const report = {
      orders: plan.orders,
      deadLettered: deadOrders(run).size,
      exhausted: exhaustedOrders(run),
      budget: capacity + Math.ceil(plan.outageMs / HOUR_MS) * tokensPerHour,
      mostReceives: mostReceives(run),
      recoveredMs: Math.max(0, lastAppliedMs(run) - FROM_MS - plan.outageMs),
    };
    return { ...report, redrives: await redriveAll(run, nativeRedrive) };
  });

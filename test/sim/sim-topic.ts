/**
 * SNS FIFO: accepts each entry by itself, drops an id it has seen within five minutes in its group,
 * and delivers to each subscription in the group's order, late if need be (1.3, 1.6, 1.9).
 */
import type { OrderTopic, Publication, PublishResult } from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";

const DEDUP_MS = 300_000;
const MINUTE_MS = 60_000;

export type SimTopic = OrderTopic & {
  /** Resolves never for a publisher that crashed in the call. */
  readonly publish: (entries: readonly Publication[]) => Promise<readonly PublishResult[]>;
};

const failed = { kind: "failed", error: { name: "Throttled", message: "simulated" } } as const;
const never = new Promise<never>(() => {});

export const simTopic = (bus: Bus, crash: () => void): SimTopic => {
  const { clock, faults } = bus;

  const publishOne = (entry: Publication): PublishResult | "crashed" => {
    const fault = faults.deal("publish");
    if (fault === "outage6") bus.publishDownUntilMs = clock.nowMs() + 6 * MINUTE_MS;
    if (fault === "outage16") bus.publishDownUntilMs = clock.nowMs() + 16 * MINUTE_MS;
    if (clock.nowMs() < bus.publishDownUntilMs || fault === "throttle") return failed;
    if (fault === "differentBody") accept(bus, { ...entry, body: `${entry.body} ` });
    accept(bus, entry);
    if (fault === "crash") return "crashed";
    return fault === "lostReply" ? failed : { kind: "published" };
  };

  return {
    publish: async (entries) => {
      await clock.sleep(bus.latencyMs());
      const orders = new Set(entries.map(({ orderId }) => orderId));
      if (orders.size < entries.length) {
        bus.history.violate("relay waves", "two events of one order in one PublishBatch");
      }
      const results: PublishResult[] = [];
      for (const entry of entries) {
        const result = publishOne(entry);
        if (result === "crashed") {
          crash();
          return never;
        }
        results.push(result);
      }
      return results;
    },
  };
};

const seen = new WeakMap<Bus, Map<string, number>>();
const lanes = new WeakMap<ConsumerState, Map<string, number>>();

const accept = (bus: Bus, entry: Publication): void => {
  const nowMs = bus.clock.nowMs();
  const ids = seen.get(bus) ?? new Map<string, number>();
  seen.set(bus, ids);
  const key = `${entry.orderId}|${entry.eventId}`;
  const before = ids.get(key);
  if (before !== undefined && nowMs - before < DEDUP_MS) return;
  ids.set(key, nowMs);
  bus.history.note(`publish ${key}`);
  const published = bus.published.get(entry.orderId) ?? 0;
  if (entry.sequence > published + 1) {
    bus.history.violate("11 outbox = topic", `${key}: ${entry.sequence} after ${published}`);
  }
  bus.published.set(entry.orderId, Math.max(published, entry.sequence));
  for (const consumer of bus.consumers) deliver(bus, consumer, entry);
};

/** Each subscription is a lane of its own; within it a group keeps its order. */
const deliver = (bus: Bus, consumer: ConsumerState, entry: Publication): void => {
  const { clock, faults } = bus;
  const publishedMs = clock.nowMs();
  if (publishedMs < consumer.subscribedMs) return;
  const fault = faults.deal("deliver");
  const lane = lanes.get(consumer) ?? new Map<string, number>();
  lanes.set(consumer, lane);
  const delayMs = fault === "delay" ? bus.random.below(60_000) : 1 + bus.random.below(20);
  const atMs = Math.max(publishedMs + delayMs, lane.get(entry.orderId) ?? 0);
  lane.set(entry.orderId, atMs);
  const arrive = (): void => {
    const nowMs = clock.nowMs();
    if (nowMs < consumer.deniedUntilMs) {
      // SNS tries again on a server's error (1.14); followers of the group wait behind it.
      lane.set(entry.orderId, Math.max(consumer.deniedUntilMs, lane.get(entry.orderId) ?? 0));
      clock.at(consumer.deniedUntilMs, arrive);
      return;
    }
    const message = { groupId: entry.orderId, dedupId: entry.eventId, body: entry.body };
    const to = fault === "undeliverable" ? consumer.subscriptionDeadLetters : consumer.queue;
    bus.delivering--;
    to.send(message, nowMs);
    if (fault === "twice" && to.send(message, nowMs) !== "deduplicated") {
      bus.history.violate("model", "a queue took one deduplication id twice");
    }
    consumer.wake();
  };
  bus.delivering++;
  clock.at(atMs, arrive);
};

/** The topic as the relay sees it: each entry of a batch has a fate of its own (1.6). */
import type { OrderTopic, Publication, PublishResult } from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { type Delivery, type FifoTopic, fifoTopic } from "./fifo-topic.ts";

const MINUTE_MS = 60_000;

export type SimTopic = OrderTopic & {
  /** Resolves never for a publisher that crashed in the call. */
  readonly publish: (entries: readonly Publication[]) => Promise<readonly PublishResult[]>;
};

const failed = { kind: "failed", error: { name: "Throttled", message: "simulated" } } as const;
/** One for each caller: a shared one would keep everybody who waits for it. */
const never = () => new Promise<never>(() => {});

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
          return never();
        }
        results.push(result);
      }
      return results;
    },
  };
};

const topics = new WeakMap<Bus, FifoTopic>();

const topicOf = (bus: Bus): FifoTopic => {
  const found = topics.get(bus);
  if (found !== undefined) return found;
  const topic = fifoTopic("group", bus.clock);
  topics.set(bus, topic);
  for (const consumer of bus.consumers) {
    topic.subscribe({
      sinceMs: () => consumer.subscribedMs,
      deniedUntilMs: () => consumer.deniedUntilMs,
      send: () => delivery(bus, consumer),
    });
  }
  return topic;
};

const accept = (bus: Bus, { orderId, eventId, sequence, body }: Publication): void => {
  const entry = { groupId: orderId, dedupId: eventId, body };
  if (topicOf(bus).publish(entry) === "deduplicated") return;
  if (bus.orders.get(orderId)?.events[sequence - 1]?.id !== eventId) {
    bus.history.violate("11 outbox = topic", `${orderId}|${eventId}: published, never written`);
  }
  bus.history.note(`publish ${orderId}|${eventId}`);
  const published = bus.published.get(orderId) ?? 0;
  if (sequence > published + 1) {
    const detail = `${orderId}|${eventId}: ${sequence} after ${published}`;
    bus.history.violate("11 outbox = topic", detail);
  }
  bus.published.set(orderId, Math.max(published, sequence));
};

const delivery = (bus: Bus, consumer: ConsumerState): Delivery => {
  const fault = bus.faults.deal("deliver");
  bus.delivering++;
  return {
    delayMs: fault === "delay" ? bus.random.below(60_000) : 1 + bus.random.below(20),
    arrive: (entry, nowMs) => {
      const to = fault === "undeliverable" ? consumer.subscriptionDeadLetters : consumer.queue;
      bus.delivering--;
      to.send(entry, nowMs);
      if (fault === "twice" && to.send(entry, nowMs) !== "deduplicated") {
        bus.history.violate("model", "a queue took one deduplication id twice");
      }
      consumer.wake();
    },
  };
};

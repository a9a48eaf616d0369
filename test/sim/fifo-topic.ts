/**
 * SNS FIFO as the bus relies on it, held to AWS-validated facts by `test/contract`.
 *
 * It drops an id it has seen within five minutes, in its group or anywhere on the topic (1.3, 1.9),
 * and hands everything else to each subscription. Within one of them a group keeps its order, and
 * waits for its first message when that one has to be tried again (1.13, 1.14).
 */
export type TopicEntry = {
  readonly groupId: string;
  readonly dedupId: string;
  readonly body: string;
};

export type Delivery = {
  readonly delayMs: number;
  readonly arrive: (entry: TopicEntry, nowMs: number) => void;
};

export type Subscription = {
  /** What was published before never reaches it. */
  readonly sinceMs: () => number;
  /** The queue answers with a server's error until then. */
  readonly deniedUntilMs: () => number;
  /** How one message travels; asked once for each. */
  readonly send: () => Delivery;
};

type Timers = {
  readonly nowMs: () => number;
  readonly at: (atMs: number, act: () => void) => void;
};

export type FifoTopic = {
  readonly subscribe: (subscription: Subscription) => void;
  readonly publish: (entry: TopicEntry) => "accepted" | "deduplicated";
};

const DEDUP_MS = 300_000;

export const fifoTopic = (scope: "topic" | "group", timers: Timers): FifoTopic => {
  const seen = new Map<string, number>();
  const subscriptions: ((entry: TopicEntry) => void)[] = [];
  return {
    subscribe: (subscription) => {
      subscriptions.push(deliverTo(subscription, timers));
    },
    publish: (entry) => {
      const nowMs = timers.nowMs();
      const key = scope === "topic" ? entry.dedupId : `${entry.groupId}|${entry.dedupId}`;
      const before = seen.get(key);
      if (before !== undefined && nowMs - before < DEDUP_MS) return "deduplicated";
      seen.set(key, nowMs);
      for (const deliver of subscriptions) deliver(entry);
      return "accepted";
    },
  };
};

const deliverTo = (subscription: Subscription, { nowMs, at }: Timers) => {
  /** When the last message of a group arrives. */
  const lanes = new Map<string, number>();
  return (entry: TopicEntry): void => {
    if (nowMs() < subscription.sinceMs()) return;
    const { delayMs, arrive } = subscription.send();
    const atMs = Math.max(nowMs() + delayMs, lanes.get(entry.groupId) ?? 0);
    lanes.set(entry.groupId, atMs);
    const tryIt = (): void => {
      const deniedUntilMs = subscription.deniedUntilMs();
      if (nowMs() >= deniedUntilMs) {
        arrive(entry, nowMs());
        return;
      }
      lanes.set(entry.groupId, Math.max(deniedUntilMs, lanes.get(entry.groupId) ?? 0));
      at(deniedUntilMs, tryIt);
    };
    at(atMs, tryIt);
  };
};

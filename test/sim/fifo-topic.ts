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

/** A group's way to one subscription: nothing arrives before what was published before it. */
type Lane = {
  lastMs: number;
  published: number;
  arrived: number;
  /** What is there in time but not yet its turn, by its number. */
  readonly early: Map<number, () => void>;
};

const deliverTo = (subscription: Subscription, { nowMs, at }: Timers) => {
  const lanes = new Map<string, Lane>();
  const laneOf = (groupId: string): Lane => {
    const lane = lanes.get(groupId) ?? { lastMs: 0, published: 0, arrived: 0, early: new Map() };
    lanes.set(groupId, lane);
    return lane;
  };
  return (entry: TopicEntry): void => {
    if (nowMs() < subscription.sinceMs()) return;
    const { delayMs, arrive } = subscription.send();
    const lane = laneOf(entry.groupId);
    const number = lane.published++;
    lane.lastMs = Math.max(nowMs() + delayMs, lane.lastMs);
    const tryIt = (): void => {
      const deniedUntilMs = subscription.deniedUntilMs();
      if (nowMs() < deniedUntilMs) {
        lane.lastMs = Math.max(deniedUntilMs, lane.lastMs);
        at(deniedUntilMs, tryIt);
      } else if (number > lane.arrived) lane.early.set(number, tryIt);
      else {
        arrive(entry, nowMs());
        lane.arrived++;
        lane.early.get(lane.arrived)?.();
      }
    };
    at(lane.lastMs, tryIt);
  };
};

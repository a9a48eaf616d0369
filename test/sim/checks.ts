/** The invariants that are checked when nothing is under way, and at the end of a world. */

import { type Bus, type ConsumerState, START_MS } from "./bus.ts";
import { isIgnored, isUnhandled } from "./handled-by.ts";
import { type Place, placeName, placeOf } from "./place-of.ts";
import type { SimConsumer } from "./world.ts";

const sequencesIn = (queue: { messages: () => { body: string }[] }, orderId: string): Set<number> =>
  new Set(
    queue
      .messages()
      .map(({ body }) => placeOf(body))
      .filter((place) => place.orderId === orderId)
      .map(({ sequence }) => sequence),
  );

/**
 * Whether an event has had its effect, or was given up on purpose: by effects, not by rows. One
 * that is not handled leaves nothing but the watermark, or nothing at all.
 */
export const isSettled = (bus: Bus, spec: SimConsumer, { orderId, sequence }: Place): boolean => {
  const consumer = spec.name;
  if (isIgnored(bus.orders, spec, { orderId, sequence })) return true;
  const name = placeName(orderId, sequence);
  if ((bus.tables.items(`${consumer}-effects`).get(name)?.times ?? 0) > 0) return true;
  const lane = `${consumer}|${orderId}`;
  if (bus.discarded.has(`${lane}|${sequence}`)) return true;
  if (!isUnhandled(bus.orders, spec, { orderId, sequence })) return false;
  const seq = bus.forgotten.get(lane) ?? bus.tables.rows(consumer).get(orderId)?.seq ?? 0;
  return sequence <= seq;
};

/** Each event is settled, or dead, or undelivered where an operator finds it (1). */
export const checkConserved = (bus: Bus): void => {
  for (const consumer of bus.consumers) {
    const { name } = consumer.spec;
    for (const { orderId, version, events } of bus.orders.values()) {
      const seq = bus.tables.rows(name).get(orderId)?.seq ?? 0;
      if (seq > version) bus.history.violate("2 no ghost", `${orderId} at ${seq} of ${version}`);
      const open = events
        .map((_, index) => index + 1)
        .filter((sequence) => !isSettled(bus, consumer.spec, { orderId, sequence }));
      if (open.length > 0) checkParked(bus, consumer, { orderId, open });
    }
  }
};

type Behind = { readonly orderId: string; readonly open: readonly number[] };

const checkParked = (bus: Bus, consumer: ConsumerState, { orderId, open }: Behind): void => {
  const dead = sequencesIn(consumer.deadLetters, orderId);
  const undelivered = sequencesIn(consumer.subscriptionDeadLetters, orderId);
  const missing = open.filter((sequence) => !dead.has(sequence) && !undelivered.has(sequence));
  // What was published before a late subscription was never sent to it; replay brings it.
  if (missing.length > 0 && consumer.subscribedMs === 0) {
    const { name } = consumer.spec;
    bus.history.violate("1 conserved", `${name} ${orderId}: nowhere ${missing.join(", ")}`);
  }
};

/** One effect for each applied event, none for a discarded one (3), and the sums agree. */
export const checkEffects = (bus: Bus): void => {
  for (const { spec } of bus.consumers) {
    const effects = bus.tables.items(`${spec.name}-effects`);
    let total = 0;
    for (const { orderId, events } of bus.orders.values()) {
      const lane = `${spec.name}|${orderId}`;
      const seq = bus.forgotten.get(lane) ?? bus.tables.rows(spec.name).get(orderId)?.seq ?? 0;
      for (const index of events.keys()) {
        const id = placeName(orderId, index + 1);
        const times = effects.get(id)?.times ?? 0;
        const given = bus.discarded.has(`${lane}|${index + 1}`);
        const handled = !isUnhandled(bus.orders, spec, { orderId, sequence: index + 1 });
        const due = index < seq && !given && handled ? 1 : 0;
        total += times;
        if (times !== due) {
          const detail = `${spec.name} ${id}: ${times} effects, ${due} due`;
          bus.history.violate(times > due ? "3 one effect" : "1 conserved", detail);
        }
      }
    }
    const sum = bus.tables.items(`${spec.name}-total`).get("all")?.times ?? 0;
    if (sum !== total) bus.history.violate("3 one effect", `${spec.name}: ${sum} of ${total}`);
  }
};

/** What is still under way, for the message of a world that does not come to rest. */
export const checkQuiet = (bus: Bus): string =>
  JSON.stringify({
    shopping: bus.shopping,
    running: bus.running,
    delivering: bus.delivering,
    stream: bus.checkpoints.map((done, shard) => (bus.shards[shard]?.length ?? 0) - done),
    queues: bus.consumers.map(({ queue }) =>
      queue.messages().map(({ body, receiveCount }) => {
        const { orderId, sequence } = placeOf(body);
        return `${orderId}/${sequence} received ${receiveCount}`;
      }),
    ),
  });

const HOUR_MS = 3_600_000;

/** No more decisions than tokens: a full bucket, what successes earned, and one an hour. */
export const checkBudget = (bus: Bus): void => {
  const hours = Math.ceil((bus.clock.nowMs() - START_MS) / HOUR_MS);
  for (const { spec } of bus.consumers) {
    const { capacity, tokensPerHour } = spec.rules.budget;
    const earned = bus.history.tokens.get(spec.name) ?? 0;
    const decided = bus.history.decided.get(spec.name)?.size ?? 0;
    if (decided > capacity + earned + hours * tokensPerHour) {
      const detail = `${spec.name}: ${decided} decided, ${capacity} + ${earned} + ${hours} tokens`;
      bus.history.violate("the budget bounds the dead", detail);
    }
  }
};

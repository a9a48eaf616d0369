/** The invariants that are checked when nothing is under way, and at the end of a world. */

import type { Bus, ConsumerState } from "./bus.ts";
import { placeOf } from "./place-of.ts";

const sequencesIn = (queue: { messages: () => { body: string }[] }, orderId: string): Set<number> =>
  new Set(
    queue
      .messages()
      .map(({ body }) => placeOf(body))
      .filter((place) => place.orderId === orderId)
      .map(({ sequence }) => sequence),
  );

/** Each event is applied, or dead, or undelivered where an operator finds it (1). */
export const checkConserved = (bus: Bus): void => {
  for (const consumer of bus.consumers) {
    for (const order of bus.orders.values()) {
      const seq = bus.tables.rows(consumer.spec.name).get(order.orderId)?.seq ?? 0;
      if (seq > order.version) bus.history.violate("2 no ghost", `${order.orderId} at ${seq}`);
      if (seq === order.version) continue;
      checkParked(bus, consumer, { orderId: order.orderId, seq, version: order.version });
    }
  }
};

type Behind = { readonly orderId: string; readonly seq: number; readonly version: number };

const checkParked = (
  bus: Bus,
  consumer: ConsumerState,
  { orderId, seq, version }: Behind,
): void => {
  const dead = sequencesIn(consumer.deadLetters, orderId);
  const undelivered = sequencesIn(consumer.subscriptionDeadLetters, orderId);
  const missing = Array.from({ length: version - seq }, (_, index) => seq + 1 + index).filter(
    (sequence) => !dead.has(sequence) && !undelivered.has(sequence),
  );
  // What was published before a late subscription was never sent to it; replay brings it.
  if (missing.length > 0 && consumer.subscribedMs === 0) {
    const { name } = consumer.spec;
    const detail = `${name} ${orderId} at ${seq} of ${version}, nowhere: ${missing.join(", ")}`;
    bus.history.violate("1 conserved", detail);
  }
};

/** One effect for each applied event, none for a discarded one (3), and the sums agree. */
export const checkEffects = (bus: Bus): void => {
  for (const { spec } of bus.consumers) {
    const effects = bus.tables.items(`${spec.name}-effects`);
    let total = 0;
    for (const { orderId, events } of bus.orders.values()) {
      const seq = bus.tables.rows(spec.name).get(orderId)?.seq ?? 0;
      for (const [index, { id }] of events.entries()) {
        const times = effects.get(id)?.times ?? 0;
        const given = bus.discarded.has(`${spec.name}|${orderId}|${index + 1}`);
        const due = index < seq && !given ? 1 : 0;
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

/** What operators do to a running bus: redrive, discard, replay, pause, deploy, backfill. */
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { discardEvent } from "../../lambdas/core/discard-event.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import type { Message } from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { isNextAt } from "./handled-by.ts";
import { moveTask } from "./move-task.ts";
import { placeOf } from "./place-of.ts";
import type { ConsumerHandler } from "./queue-mapping.ts";
import { simContext } from "./sim-consumer.ts";
import type { ActKind } from "./world.ts";

/** The console's button: oldest first, each a new message, mingled with live traffic (2.13). */
export const nativeRedrive = async (bus: Bus, consumer: ConsumerState): Promise<void> => {
  const step = moveTask({
    from: consumer.deadLetters,
    queueFor: ({ movedFrom }) => (movedFrom === consumer.queue.name ? consumer.queue : undefined),
    ids: bus.ids,
  });
  for (;;) {
    const moved = step(bus.clock.nowMs());
    if (moved.kind === "failed") bus.history.violate("moved by SQS only", moved.reason);
    if (moved.kind !== "moved") return;
    consumer.wake();
    await bus.clock.sleep(1 + bus.random.below(20));
  }
};

/** Gives up one dead event, if its life is still the one that was looked at. */
export const discardOne = async (
  bus: Bus,
  { spec, deadLetters }: ConsumerState,
  wanted: (orderId: string, seq: number) => boolean,
): Promise<void> => {
  const { name } = spec;
  const rows = bus.tables.rows(name);
  const place = deadLetters
    .messages()
    .map(({ body }) => placeOf(body))
    .find(({ orderId, sequence }) => {
      const seq = rows.get(orderId)?.seq ?? 0;
      return isNextAt(bus.orders, spec, { orderId, sequence, seq }) && wanted(orderId, sequence);
    });
  if (place === undefined) return;
  const seen = rows.get(place.orderId) ?? newRow(place.orderId);
  await bus.clock.sleep(bus.random.below(5_000));
  const audit = { who: "operator", why: "simulated", atMs: bus.clock.nowMs() };
  const after = discardEvent(
    seen,
    { seq: place.sequence, afterSeq: seen.seq, life: seen.life },
    audit,
  );
  if (after === undefined) return;
  const ledger = bus.tables.ledger(name);
  const result = await ledger.commit({ before: seen, after, effects: [] });
  if (result.kind === "committed") bus.discarded.add(`${name}|${after.orderId}|${after.seq}`);
};

/** Sends an order's whole history again to one consumer; what was applied stays a no-op. */
export const replay = (bus: Bus, consumer: ConsumerState, orderId: string): void => {
  const order = bus.orders.get(orderId);
  if (order === undefined) return;
  for (let sequence = 1; sequence <= order.version; sequence++) {
    const { body } = composePublication(order, sequence);
    const dedupId = `replay-${bus.ids()}`;
    consumer.queue.send({ groupId: orderId, dedupId, body }, bus.clock.nowMs());
  }
  consumer.wake();
};

/** Hands the function each order's history straight from the store. */
const backfill = async (bus: Bus, consumer: ConsumerState, handler: ConsumerHandler) => {
  const call = bus.ids();
  for (const order of [...bus.orders.values()]) {
    const messages = Array.from({ length: order.version }, (_, index): Message => {
      const { body, eventId } = composePublication(order, index + 1);
      // Sent at the beginning of time, so that a live copy of the event always takes its place.
      const messageId = `backfill-${call}-${eventId}`;
      return { messageId, receiptHandle: "none", receiveCount: 1, sentAtMs: 0, body };
    });
    const startedMs = bus.clock.nowMs();
    const { timeoutMs } = consumer.spec;
    const pending = new Set<string>();
    const invocation = { startedMs, timeoutMs, crashed: false, onCrash: () => {}, pending };
    const killed = new Promise<void>((resolve) => bus.clock.at(startedMs + timeoutMs, resolve));
    await Promise.race([handler(simContext(bus, consumer, invocation), messages), killed]);
    invocation.crashed = true;
  }
};

export const act = async (
  bus: Bus,
  consumer: ConsumerState,
  kind: ActKind,
  code: { readonly consumer: ConsumerHandler; readonly redrive: typeof nativeRedrive },
): Promise<void> => {
  switch (kind) {
    case "native redrive":
      return nativeRedrive(bus, consumer);
    case "own redrive":
      return code.redrive(bus, consumer);
    case "discard":
      return discardOne(bus, consumer, () => true);
    case "replay":
      return replay(bus, consumer, bus.random.pick(bus.world.orders).orderId);
    case "pause":
      consumer.pausedUntilMs = bus.clock.nowMs() + bus.random.below(600_000);
      consumer.wake();
      return;
    case "deploy":
      consumer.version++;
      return;
    case "backfill":
      return backfill(bus, consumer, code.consumer);
  }
};

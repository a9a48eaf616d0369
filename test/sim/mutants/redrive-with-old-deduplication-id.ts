import { composePublication } from "../../../lambdas/core/compose-event.ts";
import { type Mutant, withPart } from "../mutant.ts";
import { placeOf } from "../place-of.ts";

/** Sends a dead letter under its event's id: swallowed within five minutes, then deleted (T32). */
export const mutant: Mutant = {
  crimes: ["1 conserved", "12 liveness"],
  code: withPart({
    redrive: async (bus, consumer) => {
      for (const message of consumer.deadLetters.messages()) {
        const { orderId, sequence } = placeOf(message.body);
        const order = bus.orders.get(orderId);
        if (order === undefined) continue;
        const { eventId, body } = composePublication(order, sequence);
        consumer.queue.send({ groupId: orderId, dedupId: eventId, body }, bus.clock.nowMs());
        consumer.wake();
        await bus.clock.sleep(5);
        consumer.deadLetters.discard(message);
      }
    },
  }),
};

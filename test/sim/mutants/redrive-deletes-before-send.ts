import { type Mutant, withPart } from "../mutant.ts";

/** Takes a dead letter out before its copy stands: a crash in between loses it (T37). */
export const mutant: Mutant = {
  crimes: ["1 conserved"],
  code: withPart({
    redrive: async (bus, consumer) => {
      for (const message of consumer.deadLetters.messages()) {
        consumer.deadLetters.discard(message);
        await bus.clock.sleep(5);
        if (bus.random.chance(0.1)) return;
        const { groupId, body } = message;
        consumer.queue.send({ groupId, body, dedupId: bus.ids() }, bus.clock.nowMs());
        consumer.wake();
      }
    },
  }),
};

import { relayBatch } from "../../../lambdas/core/relay-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

let publishes = 0;

/** Names an event anew at each try: the topic takes every repeat for another event (1.3). */
export const mutant: Mutant = {
  crimes: ["11 outbox = topic"],
  code: withPart({
    relay: ({ topic, ...ports }, records) => {
      const publish: typeof topic.publish = (entries) =>
        topic.publish(
          entries.map((entry) => ({ ...entry, eventId: `${entry.eventId}-${++publishes}` })),
        );
      return relayBatch({ ...ports, topic: { ...topic, publish } }, records);
    },
  }),
};

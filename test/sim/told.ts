/**
 * Seen (14): who is told of the dead.
 *
 * An invocation that lives to its end tells of each decision it knows it has written, once; nothing
 * else is ever told to be dead, and no message twice. A decision whose invocation died, or never got
 * an answer to its write, is told by nobody: like what SQS moves without a decision, it is seen only
 * as a message in the dead-letter queue, which stays there until somebody takes it. Hence two alarms.
 */
import type { Result } from "../../lambdas/core/give-back.ts";
import type { Bus } from "./bus.ts";
import { fateOf, type Sighting } from "./fates.ts";

export const noteTold = (
  bus: Bus,
  consumer: string,
  sighting: Sighting,
  results: readonly Result[],
): void => {
  const dead = results.filter(
    ({ outcome }) => outcome.kind === "dead" && outcome.decided === "now",
  );
  const told = dead.map(({ arrival }) => arrival.message.messageId);
  sighting.told = [...(sighting.told ?? []), ...told];
  for (const messageId of told) {
    const fate = fateOf(bus, consumer, messageId);
    fate.told++;
    const isDecided = bus.history.decided.get(consumer)?.has(messageId) === true;
    const what = isDecided ? `told ${fate.told} times` : "told, and not decided";
    if (!isDecided || fate.told > 1)
      bus.history.violate("14 seen", `${consumer} ${messageId}: ${what}`);
  }
};

/** At the end of an invocation that came there; a mutant that tells nothing at all has no telling. */
export const checkTold = (bus: Bus, consumer: string, { told, decisions }: Sighting): void => {
  if (told === undefined) return;
  for (const messageId of decisions) {
    bus.faults.count("seen:told");
    if (told.includes(messageId)) continue;
    bus.history.violate("14 seen", `${consumer} ${messageId}: decided dead, and nobody was told`);
  }
};

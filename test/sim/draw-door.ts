/** The admission door of a world, and the orders that come to it. */
import type { Marks } from "../../lambdas/core/admission.ts";
import type { Prng } from "./prng.ts";
import type { SimConsumer, SimDoor, SimOrder } from "./world.ts";

const drawMarks = (random: Prng, most: number): Marks => {
  const closeAt = 1 + random.below(most);
  return { closeAt, openAt: random.below(closeAt) };
};

/** Marks so low that the few messages of a world reach them. */
export const drawDoor = (random: Prng, consumers: readonly SimConsumer[]): SimDoor => ({
  rules: {
    critical: Object.fromEntries(
      consumers.slice(0, 1 + random.below(consumers.length)).map(({ name }) => [
        name,
        {
          depth: drawMarks(random, 8),
          deadLetters: drawMarks(random, 3),
          retrying: drawMarks(random, 4),
        },
      ]),
    ),
    minimumSeconds: { open: random.pick([0, 60]), closed: random.pick([0, 120, 600]) },
  },
});

/** Some orders come when those before them have already closed the door. */
export const later = (random: Prng, order: SimOrder): SimOrder => {
  const lateMs = random.chance(0.5) ? random.below(random.pick([120_000, 600_000, 1_500_000])) : 0;
  return {
    ...order,
    events: order.events.map(({ type, atMs }) => ({ type, atMs: atMs + lateMs })),
  };
};

/**
 * When the shop takes no new orders for a while; docs/decisions/10-admission-door.md says why.
 *
 *     -c settings='{"admission":"off"}'
 *     -c settings='{"admission":{"critical":["inventory"],"marks":{"inventory":{"depth":{"closeAt":5000,"openAt":500}}}}}'
 */
import * as v from "valibot";
import { whole } from "./setting-kinds.ts";

const MOST = 1_000_000_000;
const marks = v.pipe(
  v.strictObject({ closeAt: whole(1, MOST), openAt: whole(0, MOST - 1) }),
  v.check(({ closeAt, openAt }) => openAt < closeAt, "an openAt that is lower than closeAt"),
);
const consumerMarks = {
  /** Messages waiting or in flight. */
  depth: marks,
  /** Messages in its two dead-letter queues. */
  deadLetters: marks,
  /** Messages in flight or backing off while its dead-letter budget is empty. */
  retrying: marks,
};
const NAMES = 'a list of consumers, such as ["inventory","warehouse"]';

const doorSchema = v.strictObject(
  {
    /** The consumers whose lag closes the door; no other ever does. */
    critical: v.pipe(
      v.array(v.string(NAMES), NAMES),
      v.check((names) => new Set(names).size === names.length, "each consumer once"),
    ),
    /** How long the door stays open or closed at least, so that it does not flap. */
    minimumSeconds: v.strictObject({ open: whole(0, 86_400), closed: whole(0, 86_400) }),
    /** By the consumer's name, or "default". The door closes at one and opens at the other. */
    marks: v.objectWithRest(
      { default: v.strictObject(consumerMarks) },
      v.partial(v.strictObject(consumerMarks)),
    ),
  },
  'an object, such as {"critical":["inventory"]}, or "off"',
);

export const admissionSchema = v.lazy((given) =>
  given === "off" ? v.literal("off") : doorSchema,
) as v.GenericSchema<unknown, "off" | DoorSettings>;

export type DoorSettings = v.InferOutput<typeof doorSchema>;
export type ConsumerMarks = DoorSettings["marks"]["default"];

export const defaultAdmission = {
  critical: ["inventory", "warehouse"],
  minimumSeconds: { open: 60, closed: 120 },
  marks: {
    default: {
      // Well before the alarm of a deep backlog, and that well before the 120,000 of (2.27).
      depth: { closeAt: 30_000, openAt: 10_000 },
      // More than the dead-letter budget's bucket: a few poison orders must not close the shop.
      deadLetters: { closeAt: 100, openAt: 50 },
      retrying: { closeAt: 50, openAt: 10 },
    },
  },
};

export const marksOf = ({ marks }: DoorSettings, consumer: string): ConsumerMarks => ({
  ...marks.default,
  // Left out is not the same as undefined, but spreads alike.
  ...(marks[consumer] as Partial<ConsumerMarks> | undefined),
});

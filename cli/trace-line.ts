/**
 * One line of a trace: one call that a shop would make, in the order in which it made them.
 *
 * Only what is needed to make the call is judged here. Whether a quantity is too large or a step is
 * allowed is for the order API to say, and its refusal is part of the trace's result.
 */
import * as v from "valibot";

const TRACE_ACTIONS = ["place", "pay", "ship", "deliver", "cancel"] as const;

const common = {
  /** When it happened; a trace is played as fast as it goes, so this is for the reader. */
  at: v.pipe(v.string("a text"), v.isoTimestamp("an ISO 8601 instant")),
  orderId: v.pipe(v.string("a text"), v.minLength(1, "at least one character")),
};

const placeLineSchema = v.strictObject({
  ...common,
  action: v.literal("place"),
  customerId: v.string("a text"),
  currency: v.string("a text"),
  lines: v.array(
    v.strictObject({
      sku: v.string("a text"),
      quantity: v.number("a number"),
      unitPriceCents: v.number("a number"),
    }),
    "a list of lines",
  ),
});

const stepLineSchema = v.strictObject({
  ...common,
  action: v.picklist(["pay", "ship", "deliver", "cancel"]),
});

export const traceLineSchema = v.variant(
  "action",
  [placeLineSchema, stepLineSchema],
  `one of ${TRACE_ACTIONS.join(", ")}`,
);

export type PlaceLine = v.InferOutput<typeof placeLineSchema>;
export type StepLine = v.InferOutput<typeof stepLineSchema>;
export type TraceLine = PlaceLine | StepLine;

export type NumberedLine = {
  /** The first line of a trace is 1. */
  readonly number: number;
  readonly line: TraceLine;
};

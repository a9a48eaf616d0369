import type { PlaceLine, StepLine, TraceLine } from "../../cli/trace-line.ts";

const AT = "2025-03-14T12:00:00.000Z";

/** The lines of a trace that take one order from its placement to its delivery. */
export const makeOrderLines = (
  orderId: string,
  lines: PlaceLine["lines"],
): readonly [PlaceLine, StepLine, StepLine, StepLine] => {
  const step = (action: StepLine["action"]): StepLine => ({ at: AT, orderId, action });
  const place: PlaceLine = {
    ...{ at: AT, orderId, action: "place", currency: "EUR", lines },
    customerId: `customer-of-${orderId}`,
  };
  return [place, step("pay"), step("ship"), step("deliver")];
};

/** Puts lines into a trace at even distances, in their order. */
export const spread = (
  trace: readonly TraceLine[],
  extra: readonly TraceLine[],
): readonly TraceLine[] => {
  const gap = Math.ceil(trace.length / (extra.length + 1));
  return trace.flatMap((line, index) => {
    const next = (index + 1) % gap === 0 ? extra[(index + 1) / gap - 1] : undefined;
    return next === undefined ? [line] : [line, next];
  });
};

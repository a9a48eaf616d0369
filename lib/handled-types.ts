/** The types of events that there are; `lambdas/core/order-event.ts` says what each means. */
export const EVENT_TYPES = [
  "order.created",
  "order.paid",
  "order.shipped",
  "order.delivered",
  "order.cancelled",
] as const;

/** The types that a consumer is said to handle: every one unless it is told. */
export const handledTypes = (
  consumer: string,
  handles: readonly string[] = EVENT_TYPES,
): readonly string[] => {
  const known: readonly string[] = EVENT_TYPES;
  if (handles.length > 0 && handles.every((type) => known.includes(type))) {
    return known.filter((type) => handles.includes(type));
  }
  throw new Error(
    `handles of consumer ${consumer} is ${JSON.stringify(handles)}; allowed: at least one of ${EVENT_TYPES.join(", ")}. List what its code handles, or leave it out where that is every type.`,
  );
};

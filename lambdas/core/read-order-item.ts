import * as v from "valibot";
import {
  currencySchema,
  customerIdSchema,
  orderIdSchema,
  orderLinesSchema,
  traceparentSchema,
} from "./order-event.ts";
import type { OrderItem } from "./order-item.ts";

const storedEventSchema = v.looseObject({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  type: v.pipe(v.string(), v.regex(/^[a-z][a-z.]{0,63}$/)),
  time: v.pipe(v.string(), v.isoTimestamp()),
  schemaVersion: v.string(),
  traceparent: v.optional(traceparentSchema),
  requestHash: v.optional(v.string()),
});

/** Loose, also in types and statuses: a relay deployed before its order API reads the new items. */
const orderItemSchema = v.pipe(
  v.looseObject({
    orderId: orderIdSchema,
    version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    status: v.pipe(v.string(), v.regex(/^[a-z]{1,32}$/)),
    customerId: customerIdSchema,
    currency: currencySchema,
    totalCents: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    lines: orderLinesSchema,
    events: v.array(storedEventSchema),
    expiresAt: v.optional(v.number()),
  }),
  // The version is the number of events.
  v.check(({ version, events }) => version === events.length),
);

export type ReadOrderItem =
  | { readonly kind: "order"; readonly item: OrderItem }
  | { readonly kind: "no order"; readonly reason: string };

/** An item of the orders table, as what it is or why it is no order. Names no value of it. */
export const readOrderItem = (value: unknown): ReadOrderItem => {
  const result = v.safeParse(orderItemSchema, value);
  if (result.success) return { kind: "order", item: result.output as OrderItem };
  const paths = result.issues.map((issue) => `${v.getDotPath(issue) ?? "item"} (${issue.type})`);
  return { kind: "no order", reason: `not as an order's: ${paths.slice(0, 5).join(", ")}` };
};

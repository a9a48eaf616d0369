/** One fact an event. */
import { type PlainEffect, put } from "./plain-effect.ts";

export const warehouse: PlainEffect = async (
  { id, subject, sequence, type, time, data },
  store,
) => {
  const { customerId, currency, totalCents } = data;
  const fact = {
    ...{ day: time.slice(0, 10), eventId: id, orderId: subject, sequence: Number(sequence) },
    ...{ type, time, customerId, currency, totalCents },
  };
  return { writes: [put(store.tables.facts, fact)] };
};

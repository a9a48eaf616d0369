/** A point for each whole unit of currency paid; a cancel after that takes them back. */
import { add, NOTHING, type PlainEffect } from "./plain-effect.ts";

export const loyalty: PlainEffect = async ({ type, history, data }, { tables }) => {
  const points = Math.floor(data.totalCents / 100);
  const key = { customerId: data.customerId };
  if (type === "order.paid") return { writes: [add(tables.points, key, { points })] };
  // The event tells whether it was paid, so nothing need be remembered.
  const wasPaid = history.split(",").includes("order.paid");
  if (type !== "order.cancelled" || !wasPaid || points === 0) return NOTHING;
  return { writes: [add(tables.points, key, { points: -points })] };
};

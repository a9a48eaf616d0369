/** What is bought, and what is bought together. */
import { pairsOf, piecesBySku } from "./basket.ts";
import { add, NOTHING, type PlainEffect } from "./plain-effect.ts";

export const recommendation: PlainEffect = async ({ type, data }, { tables }) => {
  if (type !== "order.created") return NOTHING;
  const pieces = piecesBySku(data.lines);
  return {
    writes: [
      ...pieces.map(([sku, bought]) => add(tables.bought, { sku }, { bought })),
      ...pairsOf(pieces.map(([sku]) => sku)).map(([sku, other]) =>
        add(tables.together, { sku, other }, { together: 1 }),
      ),
    ],
  };
};

/**
 * What was wrong: an order with the SKU `__proto__` was accepted. Inventory could neither reserve
 * it nor give it back: what it keeps is a map by SKU, and that entry was gone once it was written.
 *
 * Why: in DynamoDB's client that key sets the prototype of a map instead of an entry.
 *
 * What fixed it: the door and the events' schema refuse the name.
 */
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";
import { expect, it } from "vitest";
import { newOrderLinesSchema, orderLinesSchema } from "../../lambdas/core/order-event.ts";

const isTaken = (sku: string) =>
  [newOrderLinesSchema, orderLinesSchema].map(
    (schema) => v.safeParse(schema, [{ sku, quantity: 1, unitPriceCents: 1 }]).success,
  );

it("every SKU that is taken can be kept in a map, odd names too", () => {
  for (const sku of ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"]) {
    const held = Object.fromEntries([[sku, 1]]);
    const options = { convertClassInstanceToMap: true };
    const kept = unmarshall(marshall({ held }, options)).held;
    const isKept = Object.entries(kept).some(([name, count]) => name === sku && count === 1);
    expect([sku, isTaken(sku)]).toEqual([sku, [isKept, isKept]]);
  }
});

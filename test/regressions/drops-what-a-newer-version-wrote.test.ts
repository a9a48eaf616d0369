/**
 * What was wrong: after a rollback an older consumer wrote a row without the fields that the newer
 * one had put there, and the newer one, deployed again, found them gone.
 *
 * Why: a row was read field by field and written as a whole.
 *
 * What fixed it: what is unknown on a row is kept beside the rest and written back as it was.
 */
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { expect, it } from "vitest";
import { itemToRow, rowToItem } from "../../lambdas/aws/ledger-item.ts";
import { makeWorld, putRow } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";

it("an older version that applies an event leaves a newer one's fields on the row", async () => {
  const stored = { orderId: "o1", consumer: "test", seq: 0, rev: 1, lane: { of: "tomorrow" } };
  const world = makeWorld();
  putRow(world, itemToRow(marshall(stored)));
  await world.deliver(makeMessage());
  const item = unmarshall(rowToItem(world.row()!, "test"));
  expect(item).toMatchObject({ seq: 1, lane: { of: "tomorrow" } });
});

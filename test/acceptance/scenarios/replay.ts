import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { PublishCommand } from "@aws-sdk/client-sns";
import { composePublication } from "../../../lambdas/core/compose-event.ts";
import { readOrderItem } from "../../../lambdas/core/read-order-item.ts";
import { makeOrder, stepLine } from "../orders.ts";
import { expectExact, play } from "../play.ts";
import { readItems } from "../read-items.ts";
import { PASSED, type Scenario } from "../scenario.ts";

export const replay: Scenario = {
  name: "replay",
  title: "old events published again by an operator take no second effect",
  run: async (world) => {
    const { orderId, lines } = makeOrder(world, "replayed", { steps: ["pay", "ship"] });
    const { stage, sns } = world;
    await play(world, lines);
    await expectExact(world, lines);

    const [stored] = await readItems(stage.dynamo, stage.outputs.OrdersTable, [{ orderId }]);
    const read = readOrderItem(stored);
    assert.equal(read.kind, "order");
    for (const sequence of [1, 2, 3, 1]) {
      const command = new PublishCommand({
        TopicArn: stage.outputs.TopicArn,
        Message: composePublication(read.item, sequence).body,
        MessageGroupId: orderId,
        MessageDeduplicationId: randomUUID(),
      });
      await sns.send(command);
    }
    // Behind them in the same group: once this has arrived, they have.
    const last = stepLine(orderId, "deliver");
    await play(world, [last], lines);
    await expectExact(world, [...lines, last]);
    return PASSED;
  },
};

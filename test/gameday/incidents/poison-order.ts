import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { queueDepth } from "../../../cli/queue-depth.ts";
import { consumerNamed } from "../../../cli/stage-outputs.ts";
import { until } from "../../emulators/until.ts";
import { makeOrderLines } from "../../end-to-end/make-order-lines.ts";
import { expectCode, type Game, type Incident } from "../game.ts";

const BROKEN = "sku-broken";

/** Somebody wrote a text where inventory adds to a number, or has put it right. */
export const writeStock = ({ stage }: Game, reserved: string | number) => {
  const { stock = "" } = consumerNamed(stage().outputs, "inventory").tables;
  const row = { sku: BROKEN, available: 500, onHand: 500, reserved, shipped: 0 };
  return stage().dynamo.send(new PutItemCommand({ TableName: stock, Item: marshall(row) }));
};

/** Orders that inventory cannot apply while its stock row is broken, until their letters are dead. */
export const poison = async (game: Game, orderIds: readonly string[]): Promise<void> => {
  await writeStock(game, "none");
  for (const orderId of orderIds) {
    const lines = makeOrderLines(orderId, [{ sku: BROKEN, quantity: 1, unitPriceCents: 1_000 }]);
    await game.play(lines.slice(0, 3));
  }
  await game.shopOn(10);
  const { deadLetterQueueUrl } = consumerNamed(game.stage().outputs, "inventory");
  await until(
    "the letters are dead",
    () => queueDepth(game.stage().sqs, deadLetterQueueUrl),
    // Of placed, paid and shipped inventory handles two.
    (depth) => depth === 2 * orderIds.length,
  );
};

export const poisonOrder: Incident = {
  name: "poison order",
  standsFor: "a text in a stock row where inventory adds to a number",
  foundBy: "alarm inventory/Stuck",
  breaks: (game) => poison(game, ["poisoned"]),
  mends: async (game) => {
    await writeStock(game, 0);
    expectCode(await game.type("dlq", "redrive", "inventory", "--yes"), 0, "the redrive");
    return "the row put right, bus dlq redrive inventory";
  },
};

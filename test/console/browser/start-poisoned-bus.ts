/**
 * The embedded bus with real dead letters at one consumer. The cause is real too: somebody wrote a
 * text into the stock row of one SKU where a number belongs, and DynamoDB refuses to add to it.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { generateTrace } from "../../../cli/generate-trace.ts";
import { consumerNamed } from "../../../cli/stage-outputs.ts";
import { makeOrderLines } from "../../end-to-end/make-order-lines.ts";
import { drain, quickSettings, startBus, type TestBus } from "../../end-to-end/start-bus.ts";

export type PoisonedBus = {
  readonly bus: TestBus;
  /** Makes the stock row whole again. */
  readonly repair: () => Promise<void>;
};

export const POISONED_ORDERS = ["poisoned-1", "poisoned-2", "poisoned-3", "poisoned-4"];
/** Of an order's four events inventory handles two: the poison, and the one that waits behind it. */
export const LETTERS_AN_ORDER = 2;
export const POISONED_LETTERS = LETTERS_AN_ORDER * POISONED_ORDERS.length;
const SKU = "sku-broken";
const HEALTHY_ORDERS = 24;
/** So that an alarm rings within the test. */
const ALARM_MINUTE_SECONDS = 5;

export const startPoisonedBus = async (): Promise<PoisonedBus> => {
  const bus = await startBus(quickSettings, { alarmMinuteSeconds: ALARM_MINUTE_SECONDS });
  const TableName = consumerNamed(bus.stage.outputs, "inventory").tables.stock ?? "";
  const writeStock = async (reserved: unknown) => {
    const row = { sku: SKU, available: 50, onHand: 50, shipped: 0, reserved };
    await bus.stage.dynamo.send(new PutItemCommand({ TableName, Item: marshall(row) }));
  };
  await writeStock("none");
  const poison = POISONED_ORDERS.flatMap((id) =>
    makeOrderLines(id, [{ sku: SKU, quantity: 1, unitPriceCents: 1_000 }]),
  );
  await bus.play([...poison, ...generateTrace(11, HEALTHY_ORDERS)]);
  await drain(bus.stage);
  return { bus, repair: () => writeStock(0) };
};

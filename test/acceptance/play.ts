import assert from "node:assert/strict";
import { playTrace } from "../../cli/play-trace.ts";
import { defaultPatience } from "../../cli/send-patiently.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { CONSUMERS, type ConsumerName, stockUp, waitUntilApplied } from "./consumers.ts";
import { readEffects } from "./effects.ts";
import { touchedBy } from "./orders.ts";
import { readItems } from "./read-items.ts";
import type { World } from "./world.ts";

/**
 * Plays the lines, which follow those before, through the API, which must accept and refuse what
 * the trace's rules say. New SKUs are stocked first.
 */
export const play = async (
  world: World,
  lines: readonly TraceLine[],
  before: readonly TraceLine[] = [],
): Promise<void> => {
  await stockUp(world, touchedBy(lines).skus);
  const from = before.length + 1;
  const { refused } = await playTrace({
    lines: lines.map((line, index) => ({ number: from + index, line })),
    send: world.send,
    patience: { ...defaultPatience, patienceMs: world.patienceMs },
  });
  const expected = predictFigures([...before, ...lines]).refused - predictFigures(before).refused;
  assert.equal(refused, expected, `the API refused ${refused} steps, not ${expected}`);
};

/** Waits until consumers have got to where these orders are now. */
export const waitForOrders = async (
  world: World,
  orderIds: readonly string[],
  consumers: readonly ConsumerName[] = CONSUMERS,
): Promise<void> => {
  const keys = orderIds.map((orderId) => ({ orderId }));
  const { dynamo, outputs } = world.stage;
  const items = await readItems(dynamo, outputs.OrdersTable, keys);
  assert.equal(items.length, orderIds.length, "an order that was accepted is not in the table");
  const versions = new Map<string, number>(items.map(({ orderId, version }) => [orderId, version]));
  await waitUntilApplied(world, versions, consumers);
};

/** Each event that these lines became has taken effect at each consumer, in order, once. */
export const expectExact = async (world: World, lines: readonly TraceLine[]): Promise<void> => {
  const touched = touchedBy(lines);
  await waitForOrders(world, touched.orderIds);
  const { refused: _, ...expected } = predictFigures(lines);
  assert.deepEqual(await readEffects(world, touched), expected);
};

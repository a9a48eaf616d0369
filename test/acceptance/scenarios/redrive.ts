import assert from "node:assert/strict";
import { queueDepth } from "../../../cli/queue-depth.ts";
import {
  CONSUMERS,
  consumerOf,
  putStock,
  readDueEvents,
  readRows,
  STOCK,
  stockRow,
} from "../consumers.ts";
import { sendToQueue, takeDeadLetters, waitUntilDead } from "../dead-letters.ts";
import { redriveNatively } from "../native-redrive.ts";
import { makeOrder, stepLine } from "../orders.ts";
import { expectExact, play, waitForOrders } from "../play.ts";
import type { Outcome, Scenario } from "../scenario.ts";
import { waitFor } from "../wait-for.ts";
import type { World } from "../world.ts";

type Poisoned = ReturnType<typeof makeOrder>;

/** Letters that were here before would be redriven, too, and are not ours to touch. */
const othersLetters = (world: World): Promise<number> =>
  queueDepth(world.stage.sqs, consumerOf(world, "inventory").deadLetterQueueUrl);

const ITEM_BYTES = 400 * 1024;
/** What the effect adds to the row, the names and values of `reserved` and `shipped`, takes 19. */
const ROOM_BYTES = 9;
const NUMBER_BYTES = 2;

/**
 * A real cause that every DynamoDB knows: a row so full that not even a number can be added. No
 * retry helps until somebody empties it.
 */
const fullRow = (sku: string) => {
  const names = "sku" + "available" + "onHand" + "filler";
  const used = names.length + sku.length + 2 * NUMBER_BYTES;
  const filler = "x".repeat(ITEM_BYTES - ROOM_BYTES - used);
  return { sku, available: STOCK, onHand: STOCK, filler };
};

const waitForLetters = (world: World, before: number, count: number) =>
  waitFor(
    () => `not all ${count} letters of the order have come into inventory's dead-letter queue`,
    world.patienceMs,
    async () => ((await othersLetters(world)) >= before + count ? true : undefined),
  );

const expectParked = async (world: World, { orderId }: Poisoned): Promise<void> => {
  const [row] = await readRows(world, "inventory", [orderId]);
  assert.equal(row?.seq, 0, "a follower has overtaken the dead event");
  assert.equal(row?.life.eventType, "order.created");
  assert.equal(row?.life.dead.cause, "not retryable");
  assert.match(row?.life.error.name, /^Validation/);
};

/** Without SQS's own redrive: as an operator's script would, a fresh deduplication id each. */
const redriveByHand = async (world: World, group: string, count: number): Promise<void> => {
  const letters = await takeDeadLetters(world, "inventory", { group, count });
  const sequenceOf = (body: string) => Number(JSON.parse(body).sequence);
  for (const body of letters.toSorted((a, b) => sequenceOf(a) - sequenceOf(b))) {
    await sendToQueue(world, "inventory", { group, body });
  }
};

type Dead = { readonly before: number; readonly count: number };

const redriveOwn = async (
  world: World,
  order: Poisoned,
  { before, count }: Dead,
): Promise<Outcome> => {
  if (before > 0) {
    await redriveByHand(world, order.orderId, count);
    const reason = `inventory has ${before} dead letters of others, which SQS would redrive, too`;
    return { kind: "not here", reason: `${reason}; redriven by hand: exact` };
  }
  const passes = await redriveNatively(world, "inventory", order.orderId);
  if (passes !== undefined) return { kind: "passed", detail: `in ${passes} passes` };
  await redriveByHand(world, order.orderId, count);
  const reason = "there is no StartMessageMoveTask here; redriven by hand instead: exact";
  return { kind: "not here", reason };
};

export const redrive: Scenario = {
  name: "redrive",
  title: "dead letters whose cause is repaired go back by SQS's own redrive and count once",
  run: async (world) => {
    const before = await othersLetters(world);
    const order = makeOrder(world, "poisoned", { steps: ["pay", "ship"] });
    const [first] = order.placed.lines;
    assert.ok(first);
    await putStock(world, fullRow(first.sku));
    await play(world, order.lines);
    await waitUntilDead(world, "inventory", order.orderId);
    await expectParked(world, order);
    const others = CONSUMERS.filter((name) => name !== "inventory");
    await waitForOrders(world, [order.orderId], others);
    const dueEvents = await readDueEvents(world, "inventory", [order.orderId]);
    const count = dueEvents(order.orderId, 0).length;
    await waitForLetters(world, before, count);

    await putStock(world, stockRow(first.sku));
    const outcome = await redriveOwn(world, order, { before, count });
    const last = stepLine(order.orderId, "deliver");
    await play(world, [last], order.lines);
    await expectExact(world, [...order.lines, last]);
    return outcome;
  },
};

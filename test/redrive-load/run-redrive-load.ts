/**
 * Fills a dead-letter queue, redrives it with the `bus` command, kills that half way, and lets
 * another one end the work; then proves that all was applied, once and in order.
 *
 * Some orders die of a poison, decided by their consumer; most as in an outage in which functions
 * cannot start: SQS moves them for their spent receives, without a decision.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { listDeadLetters } from "../../cli/dead-letters/list-dead-letters.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { type ConsumerOutput, consumerNamed } from "../../cli/stage-outputs.ts";
import { until } from "../emulators/until.ts";
import { readTable } from "../end-to-end/read-rows.ts";
import { drain, type TestBus } from "../end-to-end/start-bus.ts";
import { setMapping } from "./pause-consumer.ts";
import {
  breakStock,
  EVENTS,
  LETTERS,
  makeOrders,
  mendStock,
  putOrders,
  STOCK,
} from "./poison-orders.ts";
import { runBusTool, startBusTool } from "./run-bus.ts";
import { spendReceives } from "./spend-receives.ts";

export type LoadOptions = {
  readonly letters: number;
  readonly ratePerSecond: number;
  readonly onStep: (step: string) => void;
};

export type LoadReport = {
  readonly letters: number;
  readonly killedAfter: number;
  readonly beforeTheKill: number;
  readonly afterTheKill: number;
  readonly sentTwice: number;
  readonly problems: readonly string[];
};

/** Enough to show both kinds; decisions of one consumer wait for each other's budget. */
const POISONED_ORDERS = 20;
const SKU = "sku-of-the-load";
const LOOK_MS = 100;

type Load = { readonly world: TestBus; readonly consumer: ConsumerOutput } & LoadOptions;

const ordersOf = ({ letters }: LoadOptions): number => letters / EVENTS;

const deadLetters = ({ world: { stage }, consumer }: Load): Promise<number> =>
  queueDepth(stage.sqs, consumer.deadLetterQueueUrl);

/** Answers how many letters there are: of orders that were never tried all events are. */
const fill = async (load: Load): Promise<number> => {
  const { world, onStep } = load;
  const orders = makeOrders("load", ordersOf(load), SKU);
  const poisoned = orders.slice(0, Math.min(POISONED_ORDERS, orders.length / 2));
  await breakStock(world.stage, SKU);
  await putOrders(world.stage, poisoned);
  await drain(world.stage);
  onStep(`${poisoned.length * LETTERS} letters died of a poison`);
  await setMapping(world.stage, load.consumer, "paused");
  await putOrders(world.stage, orders.slice(poisoned.length));
  const dead = poisoned.length * LETTERS + (orders.length - poisoned.length) * EVENTS;
  await spendReceives(world.stage, load.consumer, dead);
  onStep(`${dead} dead letters; waiting for the other consumers`);
  for (const { queueUrl } of world.stage.outputs.Consumers) {
    for (;;) {
      const left = await queueDepth(world.stage.sqs, queueUrl);
      if (left === 0) break;
      await sleep(1_000);
    }
  }
  await mendStock(world.stage, SKU);
  await setMapping(world.stage, load.consumer, "enabled");
  return dead;
};

/** Answers what is wrong with it. */
const list = async ({ world, letters, onStep }: Load): Promise<string[]> => {
  const startedAt = performance.now();
  const { orders, remarks, ...found } = await listDeadLetters(world.stage, "inventory");
  const seconds = (performance.now() - startedAt) / 1_000;
  onStep(`listed ${found.letters} letters of ${orders.length} orders in ${seconds.toFixed(1)} s`);
  const isWhole = found.letters === letters && found.depth === letters && remarks.length === 0;
  return isWhole ? [] : [`listed ${found.letters} of ${letters}: ${remarks.join("; ")}`];
};

/** Answers letters a second from the first that went to the kill. */
const redriveAndKill = async (load: Load) => {
  const { world, letters, ratePerSecond } = load;
  const words = ["dlq", "redrive", load.consumer.name, "--yes", "--rate", String(ratePerSecond)];
  const tool = startBusTool(world.dataDir, words);
  const depth = () => deadLetters(load);
  await until("the canary is sent", depth, (left) => left < letters);
  // The first order is waited for: the rate is that of the others.
  const atStart = await until("the others go", depth, (left) => left < letters - LETTERS);
  const startedAt = performance.now();
  let left = atStart;
  while (left > letters / 2) {
    await sleep(LOOK_MS);
    left = await depth();
  }
  tool.kill("SIGKILL");
  const seconds = (performance.now() - startedAt) / 1_000;
  await tool.done;
  return { perSecond: (atStart - left) / seconds, moved: letters - (await depth()) };
};

const problemsOf = async (
  load: Load,
  metrics: { readonly applied: number; readonly parked: number },
): Promise<string[]> => {
  const { stage } = load.world;
  const audit = await auditOrders(stage);
  const orders = ordersOf(load);
  const table = consumerNamed(stage.outputs, "inventory").tables.stock ?? "";
  const row = (await readTable(stage, table)).find(({ sku }) => sku === SKU);
  const expected = {
    available: STOCK - orders,
    onHand: STOCK - orders,
    reserved: 0,
    shipped: orders,
  };
  const wrong = Object.entries(expected).filter(([name, value]) => row?.[name] !== value);
  return [
    ...audit.problems,
    ...audit.consumers
      .filter(({ applied, deadLetters }) => applied !== orders * EVENTS || deadLetters > 0)
      .map(({ name, applied, deadLetters }) => `${name} applied ${applied}, ${deadLetters} dead`),
    ...wrong.map(([name, value]) => `stock: ${name} is ${row?.[name]}, not ${value}`),
    ...(metrics.applied === orders * LETTERS
      ? []
      : [`${metrics.applied} applied, not ${orders * LETTERS}`]),
    ...(metrics.parked === 0 ? [] : [`${metrics.parked} came out of sequence`]),
  ];
};

export const runRedriveLoad = async (world: TestBus, options: LoadOptions): Promise<LoadReport> => {
  const consumer = consumerNamed(world.stage.outputs, "inventory");
  const asked = { world, consumer, ...options };
  const { ratePerSecond, onStep } = options;
  const metric = (name: string) => world.metrics.of("inventory", name);
  const letters = await fill(asked);
  const load = { ...asked, letters };
  const listed = await list(load);
  const before = { parked: metric("Parked"), duplicate: metric("Duplicate") };
  const first = await redriveAndKill(load);
  onStep(`killed after ${first.moved} letters, ${Math.round(first.perSecond)} letters/s`);
  const words = ["dlq", "redrive", "inventory", "--yes", "--wait", "--rate", String(ratePerSecond)];
  const { code, result, err } = await runBusTool(world.dataDir, words);
  const perSecond = result.moved / result.seconds;
  onStep(`resumed: ${result.moved} letters, ${Math.round(perSecond)} letters/s; draining`);
  await drain(world.stage);
  const parked = metric("Parked") - before.parked;
  const metrics = { applied: metric("Applied"), parked };
  const problems = [...listed, ...(await problemsOf(asked, metrics))];
  return {
    letters,
    killedAfter: first.moved,
    beforeTheKill: first.perSecond,
    afterTheKill: perSecond,
    sentTwice: metric("Duplicate") - before.duplicate,
    problems: code === 0 ? problems : [...problems, `the resumed run ended with ${code}: ${err}`],
  };
};

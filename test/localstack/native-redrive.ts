/**
 * SQS's own redrive, while the shop goes on and moves the very orders that are redriven. What is
 * dead goes back by a move task, again and again until nothing is dead.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { queueDepth } from "../../cli/queue-depth.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { until } from "../emulators/until.ts";
import { drain, type TestBus } from "../end-to-end/start-bus.ts";
import type { DeduplicationWindow } from "./deduplication-window.ts";
import { moveDeadLetters } from "./move-dead-letters.ts";
import type { Shop } from "./open-shop.ts";
import {
  CONSUMER,
  createPoison,
  makePoisoned,
  type PoisonedOrder,
  readSequences,
} from "./poisoned-orders.ts";

export type RedrivePlan = {
  readonly world: TestBus;
  readonly shop: Shop;
  readonly window: DeduplicationWindow;
  /** Of the stage: an event that is not applied is received so often, and then moved by SQS. */
  readonly maxReceiveCount: number;
  /** Tries a pass before the repair, too. */
  readonly beforeRepair: "redrive" | "wait";
  readonly onProgress: (text: string) => void;
};

export type Pass = {
  readonly moved: number;
  /** Dead letters of orders that have events left. */
  readonly left: number;
  readonly applied: number;
};

export type RedriveReport = {
  readonly passes: readonly Pass[];
  readonly orders: number;
  readonly events: number;
};

/** Nothing happens to it meanwhile. */
const RESTING = makePoisoned("resting", 4);
/** Its next step is taken while its dead letters are under way. */
const MOVING = makePoisoned("moving", 4);
/** Its next step has come before, and its receives are spent when its dead letters arrive. */
const OVERTAKEN = makePoisoned("overtaken", 1);
const ALL = [...RESTING, ...MOVING, ...OVERTAKEN];

const stepsOf = (orders: readonly PoisonedOrder[], from: number, to = from): TraceLine[] =>
  orders.flatMap(({ lines }) => lines.slice(from, to + 1));

const countLetters = ({ stage }: TestBus): Promise<number> =>
  queueDepth(stage.sqs, consumerNamed(stage.outputs, CONSUMER).deadLetterQueueUrl);

type Settled = { readonly sequences: readonly number[]; readonly letters: number };

/** Waits until just this is applied of the orders, and so many letters are dead. */
const untilSettled = (world: TestBus, due: Settled) =>
  until(
    `${CONSUMER} gets to ${JSON.stringify(due)}`,
    async () => ({
      sequences: await readSequences(world.stage, ALL),
      letters: await countLetters(world),
    }),
    (seen) => isDeepStrictEqual(seen, due),
  );

/** For each order, in the order of `ALL`. */
const sequences = (resting: number, moving: number, overtaken: number): number[] => [
  ...RESTING.map(() => resting),
  ...MOVING.map(() => moving),
  ...OVERTAKEN.map(() => overtaken),
];

/** Moves all that is dead, while steps are taken, and waits for what becomes of it. */
const pass = async (
  { world, window, onProgress }: RedrivePlan,
  live: readonly TraceLine[],
  due: Settled,
): Promise<Pass> => {
  const { deadLetterQueueUrl } = consumerNamed(world.stage.outputs, CONSUMER);
  const letters = await countLetters(world);
  const before = await readSequences(world.stage, ALL);
  const [moved] = await window.duringMove(() =>
    Promise.all([moveDeadLetters(world.stage.sqs, deadLetterQueueUrl), world.play(live)]),
  );
  assert.equal(moved, letters, "the move task moved what was dead when it began, and no more");
  await untilSettled(world, due);
  const applied = due.sequences.reduce((sum, seq, index) => sum + seq - (before[index] ?? 0), 0);
  onProgress(`${moved} dead letters moved, ${applied} events applied, ${due.letters} left`);
  return { moved, left: due.letters, applied };
};

const die = async (plan: RedrivePlan): Promise<Pass[]> => {
  const { world, shop, window, beforeRepair } = plan;
  const poison = createPoison(world.stage, ALL);
  await poison.write();
  shop.open();
  await world.play(stepsOf(ALL, 0, 1));
  const dead = { sequences: sequences(0, 0, 0), letters: 2 * ALL.length };
  await untilSettled(world, dead);
  plan.onProgress(`${dead.letters} dead letters of ${ALL.length} orders`);
  const passes: Pass[] = [];
  if (beforeRepair === "redrive") {
    await window.forget();
    passes.push(await pass(plan, [], dead));
  }
  await poison.repair();
  return passes;
};

/** A step whose event waits behind the dead until it has been received as often as it may be. */
const overtake = async ({ world, maxReceiveCount }: RedrivePlan): Promise<void> => {
  const parked = () => world.metrics.of(CONSUMER, "Parked");
  const before = parked();
  await world.play(stepsOf(OVERTAKEN, 2));
  await until("its receives are spent", () => parked() - before >= maxReceiveCount);
};

const redrive = async (plan: RedrivePlan): Promise<Pass[]> => {
  await plan.window.forget();
  await overtake(plan);
  const first = await pass(plan, stepsOf(MOVING, 2), {
    ...{ sequences: sequences(2, 3, 2), letters: OVERTAKEN.length },
  });
  await plan.window.forget();
  const second = await pass(plan, stepsOf([...MOVING, ...OVERTAKEN], 3), {
    ...{ sequences: sequences(2, 4, 4), letters: 0 },
  });
  return [first, second];
};

export const redriveNatively = async (plan: RedrivePlan): Promise<RedriveReport> => {
  const { world, shop } = plan;
  const passes = [...(await die(plan)), ...(await redrive(plan))];
  await shop.pause();
  const audit = await drain(world.stage);
  assert.deepEqual(audit.problems, []);
  const own = [...stepsOf(ALL, 0, 1), ...stepsOf([...MOVING, ...OVERTAKEN], 2, 3)];
  const { refused: _, ...due } = predictFigures([...shop.played(), ...own]);
  const { deadLetters, ...figures } = await readFigures(world.stage);
  assert.deepEqual(figures, due);
  assert.equal(Math.max(...Object.values(deadLetters)), 0, "dead letters at the end");
  // Told on a function's output, a moment after its effect.
  const applied = () => world.metrics.of(CONSUMER, "Applied");
  await until(`${due.events} events applied`, applied, (count) => count >= due.events);
  assert.equal(applied(), due.events, "each event is applied once");
  return { passes, orders: due.orders, events: due.events };
};

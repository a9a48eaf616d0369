/**
 * What a hot item costs: every order buys the same SKU, or one customer places them all. In virtual
 * time, under a model of DynamoDB's transaction conflicts, by the real core and adapters; each run
 * ends with a check that nothing was lost or doubled.
 */
import { startDynoxide } from "../../test/emulators/start-dynoxide.ts";
import { median } from "../median.ts";
import type { Figure, Part, PartOptions, PartReport } from "../part.ts";
import { BATCH } from "./backlog.ts";
import { CONTRASTS, type OrderShape } from "./order-shapes.ts";
import { type BacklogResult, runBacklog } from "./run-backlog.ts";

const ENVIRONMENTS = [1, 2, 5] as const;
/** Of each call to DynamoDB, and so how long a transaction holds its items. */
const SERVICE_MS = 5;
const ORDERS = 100;
/** Of DynamoDB for one item: write units a second (5.7), and two of them for a transaction (5.3). */
const ITEM_UNITS_PER_SECOND = 1_000;
const UNITS_A_TRANSACTION = 2;

type Measured = {
  readonly shape: OrderShape;
  readonly environments: number;
  readonly rounds: readonly BacklogResult[];
};

const shapesOf = (): readonly OrderShape[] => {
  const all = CONTRASTS.flatMap(({ spread, hot }) => [spread, hot]);
  return [...new Map(all.map((shape) => [shape.name, shape])).values()];
};

const keyOf = (shape: OrderShape, environments: number) => `${shape.name} ${environments}`;

const measure = async ({ rounds, signal, onProgress }: PartOptions) => {
  const results = new Map<string, BacklogResult[]>();
  const dynoxide = await startDynoxide();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const shape of shapesOf()) {
        for (const environments of ENVIRONMENTS) {
          signal.throwIfAborted();
          onProgress(`${shape.name}, ${environments} environments, round ${round}`);
          const orders = Math.round(ORDERS * (1 + environments) * shape.share);
          const run = { shape, environments, orders, seed: round, serviceMs: SERVICE_MS };
          const result = await runBacklog(dynoxide.client, run);
          const key = keyOf(shape, environments);
          results.set(key, [...(results.get(key) ?? []), result]);
        }
      }
    }
  } finally {
    await dynoxide.stop();
  }
  return (shape: OrderShape, environments: number): Measured => ({
    shape,
    environments,
    rounds: results.get(keyOf(shape, environments)) ?? [],
  });
};

const ratioOf = (hot: Measured, spread: Measured): Figure => {
  const rounds = hot.rounds.map(
    ({ ordersPerSecond }, round) => ordersPerSecond / (spread.rounds[round]?.ordersPerSecond ?? 0),
  );
  const { environments, shape } = hot;
  const isGoal = shape.name === "hot SKU";
  return {
    name: `hot: ${shape.name}, ${environments} environment${environments === 1 ? "" : "s"}`,
    value: median(rounds),
    rounds,
    unit: "x",
    ...(isGoal ? { goal: { atLeast: 0.5 } } : {}),
    tells: `Orders a second of "${shape.name}" against those of "${spread.shape.name}", of ${shape.consumer} in ${environments} execution environment(s) with batches of ${BATCH} orders, in virtual time under a model of DynamoDB's transaction conflicts.`,
  };
};

const rowOf = ({ shape, environments, rounds }: Measured): (string | number)[] => {
  const of = (pick: (result: BacklogResult) => number, digits: number) =>
    Number(median(rounds.map(pick)).toFixed(digits));
  return [
    shape.name,
    environments,
    of(({ ordersPerSecond }) => ordersPerSecond, 0),
    of(({ ordersPerTransaction }) => ordersPerTransaction, 1),
    of(({ requests }) => requests, 2),
    of(({ writeUnits }) => writeUnits, 1),
    of(({ conflicts }) => conflicts, 2),
    of(({ handedBack }) => handedBack, 3),
  ];
};

const HEAD = [
  "backlog",
  "environments",
  "orders/s",
  "orders a transaction",
  "requests an order",
  "write units an order",
  "conflicts an order",
  "handed back an order",
];

const ceilingRows = (): (string | number)[][] =>
  [1, 2, 5, BATCH].map((orders) => {
    const transactions = ITEM_UNITS_PER_SECOND / UNITS_A_TRANSACTION;
    return [orders, transactions, orders * transactions];
  });

const run = async (options: PartOptions): Promise<PartReport> => {
  const of = await measure(options);
  const pairs = CONTRASTS.flatMap((contrast) =>
    ENVIRONMENTS.map((environments) => ({
      hot: of(contrast.hot, environments),
      spread: of(contrast.spread, environments),
    })),
  );
  const measured = shapesOf().flatMap((shape) => ENVIRONMENTS.map((count) => of(shape, count)));
  return {
    figures: pairs.map(({ hot, spread }) => ratioOf(hot, spread)),
    tables: [
      { title: "Hot and spread backlogs", head: HEAD, rows: measured.map(rowOf) },
      {
        title: "What DynamoDB takes of one item at most",
        head: ["orders a transaction", "transactions/s", "orders/s"],
        rows: ceilingRows(),
      },
    ],
    charts: [
      {
        title: "Rate of a hot backlog against a spread one, 2 environments",
        unit: "x",
        bars: pairs
          .filter(({ hot }) => hot.environments === 2)
          .map(({ hot, spread }) => ({ label: hot.shape.name, value: ratioOf(hot, spread).value })),
      },
    ],
    notes: NOTES,
  };
};

const NOTES = [
  `The model: a call takes ${SERVICE_MS} ms on average (half to one and a half of it), and an item of a transaction is taken from its request until its reply. Another transaction that wants it is cancelled, a single write refused (5.5). A cancelled transaction holds those of its items that were free until its own reply.`,
  "Time is virtual and stands while the emulator works: the rates do not depend on the machine, only on the seed of the round. Computing and SQS take no time, which is the hardest case for a hot item.",
  `So the model itself takes ${1_000 / SERVICE_MS} transactions a second of one item, and with ${BATCH} orders in each ${(1_000 / SERVICE_MS) * BATCH} orders a second, however many environments there are.`,
  `DynamoDB takes ${ITEM_UNITS_PER_SECOND} write units a second of one item (5.7), and a transaction costs two of them an item (5.3): at most ${ITEM_UNITS_PER_SECOND / UNITS_A_TRANSACTION} transactions a second.`,
  "After each run the sums in the consumer's table (pieces reserved, points, orders of a customer) were those of the orders: nothing lost, nothing doubled.",
];

export const hot: Part = {
  name: "hot",
  summary: "a hot SKU, a hot customer and orders of 90 lines, under DynamoDB's conflicts",
  run,
};

/**
 * Kills one side between any two of its calls, at every call of each consumer in turn.
 *
 * A kill cuts the function off from the world: the calls before it are done, no call after it gets
 * through, whatever the abandoned code still tries. A new function with new clients takes over, and
 * gets the messages that were not deleted once their visibility timeout has passed; the clock is
 * moved, not waited for.
 */
import { isDeepStrictEqual } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { scanTable } from "../../cli/scan-table.ts";
import { arrivalsOf, benchQueue, lambdaContext, workThrough } from "./bench-queue.ts";
import { createTables, type Tables, tableNamesOf, tablesNamed } from "./bench-tables.ts";
import { expectedTables, ONCE, type TableContents, type Times } from "./expected-tables.ts";
import { startLife } from "./function-life.ts";
import { readTables } from "./read-tables.ts";
import type { ShopEvent } from "./shop-events.ts";
import { CONSUMERS, type ConsumerName, type EnvironmentSpec, type Side } from "./sides.ts";

export type KillWork = {
  readonly side: Side;
  readonly databaseUrl: string;
  readonly events: readonly ShopEvent[];
};

export type KillResult = {
  /** Calls, and the returns of invocations, before which or after the last of which it was killed. */
  readonly kills: number;
  readonly right: number;
  /** An event took effect twice. */
  readonly doubled: number;
  readonly lost: number;
  /** Wrong in another way: an event took effect in part, or in part twice. */
  readonly torn: number;
  /** A message kept coming back. */
  readonly stuck: number;
  /** The kill left a lock behind: until it expires, another delivery is turned away. */
  readonly locked: number;
};

export type Kills = Readonly<Record<ConsumerName, KillResult>>;

const MAX_RECEIVES = 20;

/** Time goes on by itself, and is moved where all wait for it. */
const shiftClock = () => {
  const realNow = Date.now;
  let offsetMs = 0;
  Date.now = () => realNow() + offsetMs;
  return {
    moveTo: (ms: number) => {
      offsetMs += Math.max(0, ms - Date.now());
    },
  };
};

type Trial = {
  readonly stuck: boolean;
  readonly locked: boolean;
  readonly passed: number;
  readonly contents: TableContents;
};

/** Of the idempotency library; the others have no such record. */
const hasLock = async (client: DynamoDBClient, { idempotency }: Tables): Promise<boolean> => {
  for await (const item of scanTable(client, { TableName: idempotency })) {
    if (item.status?.S === "INPROGRESS") return true;
  }
  return false;
};

type Task = KillWork & { readonly consumer: ConsumerName };
type Verdict = "right" | "doubled" | "lost" | "torn";

const judge = ({ consumer, events }: Task, contents: TableContents): Verdict => {
  const looksLike = (times: Times) =>
    isDeepStrictEqual(contents, expectedTables(consumer, events, times));
  const oneIs = (count: number) =>
    events.some((wrong) => looksLike((event) => (event === wrong ? count : 1)));
  if (looksLike(ONCE)) return "right";
  if (oneIs(2)) return "doubled";
  return oneIs(0) ? "lost" : "torn";
};

type Bench = {
  readonly client: DynamoDBClient;
  readonly clock: ReturnType<typeof shiftClock>;
  /** Of the trial's tables. */
  readonly number: number;
};

/** Works through the queue, killed once after so many calls. */
const tryKill = async (
  { side, consumer, databaseUrl, events }: Task,
  killAfter: number,
  { client, clock, number }: Bench,
): Promise<Trial> => {
  const spec: EnvironmentSpec = { side, consumer, tables: tablesNamed(`${consumer}-${number}`) };
  await createTables(client, spec.tables, tableNamesOf(consumer));
  const queue = benchQueue(consumer);
  const begin = (callsToLive: number) => startLife({ spec, queue, databaseUrl, callsToLive });
  let life = await begin(killAfter);
  let passed = 0;
  let locked = false;
  const { stuck } = await workThrough(
    {
      ...{ queue, consumer, nowMs: Date.now, waitUntil: clock.moveTo, maxReceives: MAX_RECEIVES },
      invoke: async (records) => {
        const answer = await life.invoke({ Records: [...records] }, lambdaContext(consumer));
        if (answer !== "died") return answer;
        passed += await life.stop();
        locked = await hasLock(client, spec.tables);
        life = await begin(Number.POSITIVE_INFINITY);
        return "died";
      },
    },
    arrivalsOf(events, "live"),
  );
  passed += await life.stop();
  const contents = await readTables(client, spec);
  return { stuck, locked, passed, contents };
};

const killConsumer = async (
  task: Task,
  { client, clock }: Omit<Bench, "number">,
): Promise<KillResult> => {
  const whole = await tryKill(task, Number.POSITIVE_INFINITY, { client, clock, number: 0 });
  if (judge(task, whole.contents) !== "right") throw new Error("wrong tables without any kill");
  const count = { right: 0, doubled: 0, lost: 0, torn: 0, stuck: 0, locked: 0 };
  for (let killAfter = 0; killAfter < whole.passed; killAfter++) {
    const trial = await tryKill(task, killAfter, { client, clock, number: killAfter + 1 });
    count[trial.stuck ? "stuck" : judge(task, trial.contents)]++;
    if (trial.locked) count.locked++;
  }
  return { kills: whole.passed, ...count };
};

const run = async (work: KillWork): Promise<Kills> => {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const endpoint = work.databaseUrl;
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const clock = shiftClock();
  const results: [ConsumerName, KillResult][] = [];
  for (const consumer of CONSUMERS) {
    results.push([consumer, await killConsumer({ ...work, consumer }, { client, clock })]);
  }
  return Object.fromEntries(results) as Kills;
};

process.once("disconnect", () => process.exit(1));
process.once("message", (work: KillWork) => {
  run(work).then(
    (kills) => process.send?.(kills, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

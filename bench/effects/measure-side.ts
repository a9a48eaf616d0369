/**
 * One side at all five consumers, on a database of its own: each consumer in a process of its own,
 * one after the other, every call through a counter that adds the store's latency to it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Dynoxide, startDynoxide } from "../../test/emulators/start-dynoxide.ts";
import { type Call, startCallCounter } from "../../test/load/count-calls.ts";
import type { Mode } from "./bench-queue.ts";
import { createTables, tablesNamed } from "./bench-tables.ts";
import type { ChildPrograms } from "./child-programs.ts";
import type { EnvironmentResult, EnvironmentWork, FromEnvironment } from "./environment-child.ts";
import { expectedTables } from "./expected-tables.ts";
import { firstDifference, readTables } from "./read-tables.ts";
import { runChild } from "./run-child.ts";
import type { ShopEvent } from "./shop-events.ts";
import { CONSUMERS, type ConsumerName, SIDES, type Side } from "./sides.ts";

export type SideRun = {
  readonly side: Side;
  readonly mode: Mode;
  readonly warmUp: readonly ShopEvent[];
  readonly events: readonly ShopEvent[];
  /** Added to each call to the database, once the environment is warm. */
  readonly latencyMs: number;
  readonly programs: ChildPrograms;
  readonly signal: AbortSignal;
};

export type ConsumerMeasure = EnvironmentResult & { readonly calls: readonly Call[] };
export type SideMeasure = Readonly<Record<ConsumerName, ConsumerMeasure>>;

const measureConsumer = async (
  database: Dynoxide,
  consumer: ConsumerName,
  { side, mode, warmUp, events, latencyMs, programs, signal }: SideRun,
): Promise<ConsumerMeasure> => {
  let isWarm = false;
  const counter = await startCallCounter(async () => {
    if (isWarm && latencyMs > 0) await sleep(latencyMs);
  });
  counter.connect(database.endpoint);
  try {
    const spec = { side, consumer, tables: tablesNamed("bench") };
    const work: EnvironmentWork = { spec, dynamoUrl: counter.url, mode, warmUp, events };
    let warmUpCalls = 0;
    let result: EnvironmentResult | undefined;
    const onMessage = (message: FromEnvironment, child: { send: (go: object) => void }) => {
      if (message.kind === "done") result = message.result;
      else {
        isWarm = true;
        warmUpCalls = counter.calls.length;
        child.send({});
      }
    };
    const program = programs["environment-child"];
    await runChild<FromEnvironment>({ program, work, onMessage, signal });
    if (result === undefined) throw new Error("the environment ended without a result");
    const found = await readTables(database.client, spec);
    const difference = firstDifference(found, expectedTables(consumer, [...warmUp, ...events]));
    if (difference === undefined) return { ...result, calls: counter.calls.slice(warmUpCalls) };
    throw new Error(`${SIDES[side]}, ${consumer}, ${mode}: the tables are wrong: ${difference}`);
  } finally {
    await counter.stop();
  }
};

/** Throws when a table is not as it must be: what is measured then is no honest work. */
export const measureSide = async (run: SideRun): Promise<SideMeasure> => {
  const database = await startDynoxide();
  try {
    await createTables(database.client, tablesNamed("bench"));
    const measures: [ConsumerName, ConsumerMeasure][] = [];
    for (const consumer of CONSUMERS) {
      measures.push([consumer, await measureConsumer(database, consumer, run)]);
    }
    return Object.fromEntries(measures) as SideMeasure;
  } finally {
    await database.stop();
  }
};

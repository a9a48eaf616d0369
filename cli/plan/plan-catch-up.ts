/**
 * What a backlog needs to be caught up within a time: concurrency, quotas, capacity, money. Pure:
 * costs of one event come in as they were measured, and the rest is arithmetic on what AWS documents.
 *
 * A slot, that is one of the mapping's concurrent invocations, does a batch after the other. How many
 * slots work at a time is min(groups, limit) (3.2), and they come one after another: a mapping starts
 * with 5 and adds 300 a minute (3.4).
 */
import type { ConsumerCost, TableCost } from "./measured-costs.ts";
import { GB, PRICES } from "./prices.ts";
import * as quotas from "./quotas.ts";

export type PlanRequest = {
  readonly consumer: string;
  readonly backlog: number;
  readonly withinSeconds: number;
  /** Events a second that come meanwhile. */
  readonly arriving: number;
  /** Different orders in the backlog: each is a group, and a group is worked on by one slot. */
  readonly orders: number;
  /** What the mapping is limited to now. */
  readonly concurrency: number;
  /** What the account's other functions have reserved. */
  readonly reservedElsewhere: number;
  /** How long a batch of ten takes. */
  readonly batchMs: number;
  /** Share of its time in which a slot runs its function: the rest is receiving and deleting. */
  readonly busyShare: number;
  readonly memoryGb: number;
  readonly region: string;
};

export type TablePlan = {
  readonly name: string;
  readonly cost: TableCost;
  readonly writesPerSecond: number;
  /** Events of one partition key that the table takes a second, until DynamoDB has split it. */
  readonly eventsAKey: number | undefined;
};

export type Need = {
  readonly what: string;
  readonly need: number;
  readonly have: number;
  readonly fact: string;
  /** What to do where the need is more than what is there. */
  readonly raise: string;
};

export type CatchUpPlan = {
  readonly request: PlanRequest;
  /** Events a second of one slot. */
  readonly slotRate: number;
  /** The least that is enough; with no group or limit in the way. */
  readonly concurrency: number;
  /** Slots that can work: fewer where there are fewer orders, or the mapping takes no more. */
  readonly usable: number;
  readonly rampSeconds: number;
  /** When the backlog is gone with `usable` slots, or with as many as the mapping has now. */
  readonly seconds: number;
  readonly secondsNow: number;
  readonly feasible: boolean;
  /** Events a second once all slots work. */
  readonly rate: number;
  readonly batches: number;
  readonly tables: readonly TablePlan[];
  readonly needs: readonly Need[];
  readonly money: readonly { readonly what: string; readonly how: string; readonly usd: number }[];
  readonly usd: number;
};

const ADDED_PER_SECOND = quotas.SCALING.addedPerMinute / 60;

const rampSecondsTo = (slots: number): number =>
  Math.max(0, (slots - quotas.SCALING.start) / ADDED_PER_SECOND);

/** Seconds of work that so many slots have done together after so long. */
const slotSeconds = (slots: number, seconds: number): number => {
  const start = Math.min(slots, quotas.SCALING.start);
  const ramp = Math.min(seconds, rampSecondsTo(slots));
  return start * ramp + (ADDED_PER_SECOND * ramp ** 2) / 2 + slots * (seconds - ramp);
};

type Work = Pick<PlanRequest, "backlog" | "arriving"> & { readonly slotRate: number };

const isCaughtUp = ({ backlog, arriving, slotRate }: Work, slots: number, seconds: number) =>
  slotSeconds(slots, seconds) * slotRate - arriving * seconds >= backlog;

/** The least number from `low` on for which it holds; it must hold for every larger one. */
const leastThat = (low: number, holds: (value: number) => boolean): number => {
  let high = Math.max(1, low);
  while (!holds(high)) high *= 2;
  let least = low;
  while (least < high) {
    const middle = Math.floor((least + high) / 2);
    if (holds(middle)) high = middle;
    else least = middle + 1;
  }
  return least;
};

/** Whole seconds, or for ever where less is done than arrives. */
const secondsFor = (work: Work, slots: number): number => {
  if (slots * work.slotRate <= work.arriving) return Number.POSITIVE_INFINITY;
  return leastThat(0, (seconds) => isCaughtUp(work, slots, seconds));
};

/** Tables of the consumer's own: many of its items may share a partition key. */
const eventsAKey = (name: string, { writeUnits, unitsAWrite }: TableCost): number | undefined =>
  name === "dedup" || writeUnits === 0 ? undefined : quotas.PARTITION_WRITES / unitsAWrite;

const tablesOf = ({ tables }: ConsumerCost, rate: number): TablePlan[] =>
  Object.entries(tables).map(([name, cost]) => ({
    name,
    cost,
    writesPerSecond: rate * cost.writeUnits,
    eventsAKey: eventsAKey(name, cost),
  }));

const needsOf = (request: PlanRequest, plan: Pick<CatchUpPlan, "usable" | "rate" | "tables">) => {
  const { usable, rate, tables } = plan;
  const calls = rate / quotas.BATCH_EVENTS;
  const ofTables = tables.flatMap(({ name, writesPerSecond }): Need[] => [
    {
      what: `write units/s of ${name} at once`,
      need: writesPerSecond,
      ...{ have: quotas.TABLE_WRITES.atOnce, fact: "5.8" },
      raise:
        "set the table's warm throughput first, or let it grow: it takes twice its earlier peak",
    },
    {
      what: `write units/s of ${name} in all`,
      need: writesPerSecond,
      ...{ have: quotas.TABLE_WRITES.quota, fact: "5.8" },
      raise: "ask for more: Service Quotas, DynamoDB, table-level write throughput",
    },
  ]);
  return [
    {
      what: `the mapping's maximum concurrency`,
      need: usable,
      ...{ have: request.concurrency, fact: "3.18" },
      raise: `deploy with -c settings='{"maxConcurrency":{"${request.consumer}":${usable}}}'`,
    },
    {
      what: "the account's concurrent executions",
      need: usable + request.reservedElsewhere + quotas.UNRESERVED_AT_LEAST,
      ...{ have: quotas.ACCOUNT_CONCURRENCY, fact: "7.7" },
      raise: "ask for more: Service Quotas, AWS Lambda, concurrent executions",
    },
    {
      what: `calls/s of ReceiveMessage, as of DeleteMessage, in ${request.region}`,
      need: calls,
      ...{ have: quotas.queueCalls(request.region), fact: "2.2" },
      raise: "ask for more: Service Quotas, Amazon SQS",
    },
    {
      what: "messages in flight",
      need: usable * quotas.BATCH_EVENTS,
      ...{ have: quotas.FIFO_WINDOW, fact: "2.4" },
      raise: "it cannot be raised: take fewer slots",
    },
    ...ofTables,
  ] satisfies Need[];
};

const thousands = new Intl.NumberFormat("en-US");

const moneyOf = (request: PlanRequest, cost: ConsumerCost, eventBytes: number) => {
  const { backlog, batchMs, memoryGb } = request;
  const batches = Math.ceil(backlog / quotas.BATCH_EVENTS);
  const chunks = Math.ceil((quotas.BATCH_EVENTS * eventBytes) / quotas.REQUEST_BYTES);
  const units = (kind: "readUnits" | "writeUnits") =>
    Object.values(cost.tables).reduce((sum, table) => sum + table[kind], 0);
  const line = (what: string, amount: number, price: number, how: string) => ({
    ...{ what, how },
    usd: amount * price,
  });
  return [
    line(
      "SQS requests",
      batches * (chunks + 1),
      PRICES.sqsRequest,
      `${thousands.format(batches)} batches × (${chunks} to receive + 1 to delete)`,
    ),
    line("Lambda requests", batches, PRICES.lambdaRequest, `${thousands.format(batches)} batches`),
    line(
      "Lambda time",
      batches * (batchMs / 1_000) * memoryGb,
      PRICES.lambdaGbSecond,
      `${thousands.format(batches)} batches × ${batchMs / 1_000} s × ${memoryGb} GB`,
    ),
    line(
      "DynamoDB writes",
      backlog * units("writeUnits"),
      PRICES.writeUnit,
      `${thousands.format(backlog)} events × ${units("writeUnits").toFixed(3)} units`,
    ),
    line(
      "DynamoDB reads",
      backlog * units("readUnits"),
      PRICES.readUnit,
      `${thousands.format(backlog)} events × ${units("readUnits").toFixed(3)} units`,
    ),
    line(
      "logs",
      (backlog * cost.logBytes) / GB,
      PRICES.logGb,
      `${thousands.format(backlog)} events × ${cost.logBytes} bytes`,
    ),
  ];
};

export const planCatchUp = (
  request: PlanRequest,
  cost: ConsumerCost,
  eventBytes: number,
): CatchUpPlan => {
  const { backlog, arriving, withinSeconds, orders } = request;
  const slotRate = (quotas.BATCH_EVENTS * request.busyShare) / (request.batchMs / 1_000);
  const work = { backlog, arriving, slotRate };
  // Slots that come late add nothing any more: then no number is enough.
  const most = quotas.SCALING.start + ADDED_PER_SECOND * withinSeconds;
  const concurrency = isCaughtUp(work, most, withinSeconds)
    ? leastThat(quotas.MAPPING_CONCURRENCY.least, (slots) => isCaughtUp(work, slots, withinSeconds))
    : Number.POSITIVE_INFINITY;
  const usable = Math.max(1, Math.min(concurrency, orders, quotas.MAPPING_CONCURRENCY.most));
  const rate = usable * slotRate;
  const tables = tablesOf(cost, rate);
  const money = moneyOf(request, cost, eventBytes);
  return {
    ...{ request, slotRate, concurrency, usable, rate, tables, money },
    rampSeconds: rampSecondsTo(usable),
    seconds: secondsFor(work, usable),
    secondsNow: secondsFor(work, Math.min(orders, request.concurrency)),
    feasible: usable >= concurrency,
    batches: Math.ceil(backlog / quotas.BATCH_EVENTS),
    needs: needsOf(request, { usable, rate, tables }),
    usd: money.reduce((sum, { usd }) => sum + usd, 0),
  };
};

/**
 * What a stage costs a month at a steady rate, from the costs of one event as they were measured.
 * How full batches are follows from the rate: a stream is polled four times a second and shard
 * (4.6), and a queue's messages wait only where all slots are busy.
 */
import {
  batchMsOf,
  type ConsumerCost,
  type MeasuredCosts,
  type TableCost,
} from "./measured-costs.ts";
import { PLAN_DEFAULTS } from "./plan-defaults.ts";
import { GB, PRICES } from "./prices.ts";
import * as quotas from "./quotas.ts";

const MONTH_SECONDS = 30 * 86_400;

export type CostLine = {
  readonly what: string;
  /** The arithmetic, as a person reads it. */
  readonly how: string;
  readonly usd: number;
};

export type BatchSize = { readonly events: number; readonly slots: number; readonly ms: number };

export type MonthCosts = {
  readonly eventsPerSecond: number;
  readonly lines: readonly CostLine[];
  readonly usd: number;
  /** By consumer. */
  readonly batches: Readonly<Record<string, BatchSize>>;
  /** What the tables hold more after the month. */
  readonly grownGb: number;
  /** Quotas of an account that has asked for nothing, where they are too small. */
  readonly raise: readonly string[];
};

const thousands = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const number = (value: number): string =>
  value >= 1_000 ? thousands.format(value) : three.format(value);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Batches grow only when all slots are busy; where ten are not enough, it takes more slots. */
export const batchSizeAt = (rate: number, cost: ConsumerCost): BatchSize => {
  const slotsFor = (events: number) =>
    (rate * batchMsOf(cost, events)) / 1_000 / events / PLAN_DEFAULTS.busyShare;
  let events = 1;
  while (events < quotas.BATCH_EVENTS && slotsFor(events) > PLAN_DEFAULTS.concurrency) events++;
  return { events, slots: Math.ceil(slotsFor(events)), ms: batchMsOf(cost, events) };
};

type Context = {
  readonly rate: number;
  readonly events: number;
  readonly costs: MeasuredCosts;
  readonly batches: Readonly<Record<string, BatchSize>>;
};

const line = (what: string, how: string, usd: number): CostLine => ({ what, how, usd });

const apiLines = ({ events, costs }: Context): CostLine[] => {
  const { callMs, orders } = costs.api;
  const gb = PLAN_DEFAULTS.apiMemoryGb;
  return [
    line("order API, requests", `${number(events)} calls`, events * PRICES.lambdaRequest),
    line(
      "order API, time",
      `${number(events)} × ${callMs} ms × ${gb} GB`,
      events * (callMs / 1_000) * gb * PRICES.lambdaGbSecond,
    ),
    line(
      "orders table",
      `${number(events)} × (${orders.writeUnits} write + ${orders.readUnits} read units)`,
      events * (orders.writeUnits * PRICES.writeUnit + orders.readUnits * PRICES.readUnit),
    ),
  ];
};

/** Records of one poll of one shard; a partition of the table is a shard. */
const relayBatchAt = (rate: number, orders: TableCost): number => {
  const shards = Math.ceil((rate * orders.writeUnits) / quotas.PARTITION_WRITES);
  const polled = Math.floor(rate / quotas.STREAM_POLLS / shards);
  return Math.min(quotas.RELAY_BATCH, Math.max(1, polled));
};

const relayLines = ({ rate, events, costs }: Context): CostLine[] => {
  const batch = relayBatchAt(rate, costs.api.orders);
  const entries = Math.min(quotas.PUBLISH_ENTRIES, batch);
  const batches = events / batch;
  const ms = Math.ceil(batch / entries) * costs.relay.publishMs;
  const gb = (events * costs.eventBytes) / GB;
  const consumers = Object.keys(costs.consumers).length;
  return [
    line(
      "relay",
      `${number(batches)} batches of ${batch} × (a request + ${number(ms)} ms × ${PLAN_DEFAULTS.relayMemoryGb} GB)`,
      batches *
        (PRICES.lambdaRequest + (ms / 1_000) * PLAN_DEFAULTS.relayMemoryGb * PRICES.lambdaGbSecond),
    ),
    line(
      "SNS, in",
      `${number(events / entries)} publishes of ${entries}, ${number(gb)} GB`,
      (events / entries) * PRICES.snsPublish + gb * PRICES.snsInGb,
    ),
    line(
      "SNS, out",
      `${number(events)} × ${consumers} queues, ${number(gb * consumers)} GB`,
      events * consumers * PRICES.snsDelivery + gb * consumers * PRICES.snsOutGb,
    ),
  ];
};

const consumerLines = (context: Context, name: string, cost: ConsumerCost): CostLine[] => {
  const { events, batches } = context;
  const { events: size, ms } = batches[name] ?? batchSizeAt(context.rate, cost);
  const runs = events / size;
  const gb = PLAN_DEFAULTS.memoryGb;
  const tables = Object.values(cost.tables);
  const writes = sum(tables.map(({ writeUnits }) => writeUnits));
  const reads = sum(tables.map(({ readUnits }) => readUnits));
  return [
    line(
      `${name}, SQS`,
      `${number(runs)} batches of ${size} × (a receive + a delete)`,
      runs * 2 * PRICES.sqsRequest,
    ),
    line(
      `${name}, Lambda`,
      `${number(runs)} × (a request + ${ms} ms × ${gb} GB)`,
      runs * (PRICES.lambdaRequest + (ms / 1_000) * gb * PRICES.lambdaGbSecond),
    ),
    line(
      `${name}, tables`,
      `${number(events)} × (${number(writes)} write + ${number(reads)} read units)`,
      events * (writes * PRICES.writeUnit + reads * PRICES.readUnit),
    ),
  ];
};

const bytesOf = ({ costs }: Context, kind: "storedBytes" | "logBytes"): number => {
  const consumers = Object.values(costs.consumers);
  if (kind === "logBytes") {
    return costs.api.logBytes + costs.relay.logBytes + sum(consumers.map((cost) => cost.logBytes));
  }
  const tables = consumers.flatMap((cost) => Object.values(cost.tables));
  return costs.api.orders.storedBytes + sum(tables.map((table) => table.storedBytes));
};

const standingLines = (context: Context, grownGb: number): CostLine[] => {
  const { events, costs } = context;
  const logBytes = bytesOf(context, "logBytes");
  const consumers = Object.keys(costs.consumers).length;
  const minutes = MONTH_SECONDS / 60;
  const polls = consumers * quotas.SCALING.start * quotas.IDLE_POLLS_A_MINUTE * minutes;
  const { single, composite } = costs.alarms;
  return [
    line(
      "logs",
      `${number(events)} × ${number(logBytes)} bytes`,
      ((events * logBytes) / GB) * PRICES.logGb,
    ),
    line(
      "tables that grow",
      `${number(grownGb)} GB more, kept with point-in-time recovery`,
      grownGb * (PRICES.storedGbMonth + PRICES.backupGbMonth),
    ),
    line(
      "polls of empty queues, at most",
      `${consumers} queues × ${quotas.SCALING.start} pollers × ${quotas.IDLE_POLLS_A_MINUTE} a minute`,
      polls * PRICES.sqsRequest,
    ),
    line(
      "alarms, metrics, dashboard",
      `${single} + ${composite} combined alarms, ${costs.metrics} metrics, 1 dashboard`,
      single * PRICES.alarmMonth +
        composite * PRICES.compositeAlarmMonth +
        costs.metrics * PRICES.metricMonth +
        PRICES.dashboardMonth,
    ),
  ];
};

const raises = ({ rate, costs, batches }: Context): string[] => {
  const { api, consumers } = costs;
  const apiSlots = (rate * api.callMs) / 1_000;
  const slots = Object.values(batches).map((batch) => batch.slots);
  const reserved = sum(slots.map((each) => Math.max(each, PLAN_DEFAULTS.concurrency)));
  const dedup =
    rate * sum(Object.values(consumers).map(({ tables }) => tables.dedup?.writeUnits ?? 0));
  const above = Object.entries(batches).filter(
    ([, batch]) => batch.slots > PLAN_DEFAULTS.concurrency,
  );
  const hot = Object.values(consumers).flatMap(({ tables }) =>
    Object.entries(tables).filter(([, table]) => table.partitionKey === "day"),
  );
  return [
    ...above.map(([name, batch]) => `\`maxConcurrency\` of ${name} to ${batch.slots} (3.18)`),
    ...(apiSlots + reserved + quotas.UNRESERVED_AT_LEAST > quotas.ACCOUNT_CONCURRENCY
      ? [
          `the account's concurrency: ${number(Math.ceil(apiSlots))} for the order API + ${number(reserved)} reserved + ${quotas.UNRESERVED_AT_LEAST} is more than ${number(quotas.ACCOUNT_CONCURRENCY)} (7.7)`,
        ]
      : []),
    ...(dedup > quotas.TABLE_WRITES.quota
      ? [
          `the dedup table: ${number(dedup)} write units/s are more than ${number(quotas.TABLE_WRITES.quota)} (5.8)`,
        ]
      : []),
    ...hot
      .filter(([, table]) => rate * table.writeUnits > quotas.PARTITION_WRITES)
      .map(
        ([name, { writeUnits, sortKey }]) =>
          `${name}: ${number(rate * writeUnits)} write units/s of one day are more than the ${number(quotas.PARTITION_WRITES)} of a partition (5.7), so it needs DynamoDB to split the day by ${sortKey}`,
      ),
    ...(rate > quotas.PUBLISHES ? ["SNS's publishes a second (1.1)"] : []),
  ];
};

export const monthCosts = (rate: number, costs: MeasuredCosts): MonthCosts => {
  const events = rate * MONTH_SECONDS;
  const batches = Object.fromEntries(
    Object.entries(costs.consumers).map(([name, cost]) => [name, batchSizeAt(rate, cost)]),
  );
  const context = { rate, events, costs, batches };
  const grownGb = (events * bytesOf(context, "storedBytes")) / GB;
  const lines = [
    ...apiLines(context),
    ...relayLines(context),
    ...Object.entries(costs.consumers).flatMap(([name, cost]) =>
      consumerLines(context, name, cost),
    ),
    ...standingLines(context, grownGb),
  ];
  return {
    ...{ eventsPerSecond: rate, lines, batches, grownGb, raise: raises(context) },
    usd: sum(lines.map(({ usd }) => usd)),
  };
};

/**
 * Counts what one event costs: a day of a shop is played on the embedded bus, and every call of
 * every function goes through a counter. Writes `cli/plan/measured-costs.json`.
 *
 *     node test/load/measure-costs.ts
 *
 * Capacity units are those that DynamoDB's protocol tells (`ReturnConsumedCapacity`). Times are
 * those of this machine and its emulators, not of AWS.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { generateTrace } from "../../cli/generate-trace.ts";
import type { ConsumerCost, MeasuredCosts, TableCost } from "../../cli/plan/measured-costs.ts";
import { scanTable } from "../../cli/scan-table.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { readCloudAssembly } from "../../local/cloud-assembly.ts";
import { synthesize } from "../../local/synthesize.ts";
import { drain, startBus, type TestBus } from "../end-to-end/start-bus.ts";
import { type Call, type CallCounter, startCallCounter } from "./count-calls.ts";
import { itemBytes } from "./item-bytes.ts";

const ROOT = join(import.meta.dirname, "../..");
const FILE = join(ROOT, "cli/plan/measured-costs.json");
const ORDERS = 600;
const SEED = 1;

/** Its alarms are counted, since another stage may have fewer. */
const PROD = { stage: "prod", alarmEmail: "none" };

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);

/** Least squares, with no slope or start below nothing. */
const fitLine = (points: readonly (readonly [x: number, y: number])[]) => {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  const together = sum(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  const perEvent = spread === 0 ? 0 : Math.max(0, together / spread);
  return { fixed: round(Math.max(0, meanY - perEvent * meanX)), perEvent: round(perEvent) };
};

/** Other work of the machine only ever makes a batch slower: of each size, the quickest quarter. */
const quickest = (batches: readonly (readonly [size: number, ms: number])[]) =>
  [...Map.groupBy(batches, ([size]) => size).values()].flatMap((same) =>
    same.toSorted(([, a], [, b]) => a - b).slice(0, Math.ceil(same.length / 4)),
  );

/** One environment works on one batch at a time, and begins each with one BatchGetItem. */
const batchesIn = (calls: readonly Call[]): (readonly [size: number, ms: number])[] => {
  const sorted = calls.toSorted((a, b) => a.startMs - b.startMs);
  const starts = sorted.filter(({ operation }) => operation === "BatchGetItem");
  return starts.map((start, index) => {
    const until = starts[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const own = sorted.filter(({ startMs }) => startMs >= start.startMs && startMs < until);
    return [start.entries, Math.max(...own.map(({ endMs }) => endMs)) - start.startMs] as const;
  });
};

const WRITES = ["PutItem", "UpdateItem", "BatchWriteItem", "TransactWriteItems"];

const tableCost = async (
  stage: Stage,
  table: string,
  count: { readonly calls: readonly Call[]; readonly events: number; readonly part?: string },
): Promise<TableCost> => {
  const { calls, events, part } = count;
  const units = calls.flatMap(({ operation, units: by }) => {
    const one = by[table];
    return one === undefined ? [] : [{ operation, ...one }];
  });
  let stored = 0;
  for await (const item of scanTable(stage.dynamo, { TableName: table })) {
    if (part === undefined || item.consumer?.S === part) stored += itemBytes(item);
  }
  const described = await stage.dynamo.send(new DescribeTableCommand({ TableName: table }));
  const keys = described.Table?.KeySchema ?? [];
  const key = (kind: string) => keys.find(({ KeyType }) => KeyType === kind)?.AttributeName;
  const sortKey = key("RANGE");
  const writes = units.filter(({ operation }) => WRITES.includes(operation));
  return {
    readUnits: round(sum(units.map(({ read }) => read)) / events),
    writeUnits: round(sum(units.map(({ write }) => write)) / events),
    unitsAWrite: writes.some(({ operation }) => operation === "TransactWriteItems") ? 2 : 1,
    partitionKey: key("HASH") ?? "",
    ...(sortKey === undefined ? {} : { sortKey }),
    storedBytes: round(stored / events, 1),
  };
};

type Counted = {
  readonly world: TestBus;
  readonly events: number;
  readonly callsOf: (part: string) => readonly Call[];
};

const logBytes = ({ world, events }: Counted, part: string): number => {
  const folder = join(world.dataDir, "logs");
  const files = readdirSync(folder).filter((file) => file.includes(`${part}Handler`));
  return round(sum(files.map((file) => statSync(join(folder, file)).size)) / events, 1);
};

type MetricLine = {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
} & Readonly<Record<string, unknown>>;

/** CloudWatch bills a metric for each name and values of its dimensions. */
const countMetrics = ({ world }: Counted): number => {
  const folder = join(world.dataDir, "logs");
  const seen = new Set<string>();
  for (const file of readdirSync(folder)) {
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    for (const line of lines.filter((text) => text.includes('"_aws"'))) {
      const metric: MetricLine = JSON.parse(line);
      for (const { Dimensions, Metrics } of metric._aws.CloudWatchMetrics) {
        const values = Dimensions.flat().map((dimension) => metric[dimension]);
        for (const { Name } of Metrics) seen.add([Name, ...values].join());
      }
    }
  }
  return seen.size;
};

const measureConsumer = async (counted: Counted, name: string): Promise<ConsumerCost> => {
  const { world, events, callsOf } = counted;
  const { stage } = world;
  const calls = callsOf(name);
  const own = stage.outputs.Consumers.find((consumer) => consumer.name === name)?.tables ?? {};
  const dedup = await tableCost(stage, stage.outputs.DedupTable, { calls, events, part: name });
  const tables: Record<string, TableCost> = { dedup };
  for (const [table, physical] of Object.entries(own)) {
    tables[table] = await tableCost(stage, physical, { calls, events });
  }
  return {
    batchMs: fitLine(quickest(batchesIn(calls))),
    tables,
    logBytes: logBytes(counted, name),
  };
};

const durationMs = (calls: readonly Call[]) => sum(calls.map((call) => call.endMs - call.startMs));

const measureAll = async (counted: Counted): Promise<Omit<MeasuredCosts, "how">> => {
  const { world, events, callsOf } = counted;
  const { stage } = world;
  const api = callsOf("Api");
  const published = callsOf("Relay").filter(({ operation }) => operation === "PublishBatch");
  const consumers: Record<string, ConsumerCost> = {};
  for (const { name } of stage.outputs.Consumers) {
    consumers[name] = await measureConsumer(counted, name);
  }
  const app = join(ROOT, "bin/order-event-bus.ts");
  const folder = await synthesize({ app, dataDir: world.dataDir, context: PROD });
  const types = Object.values(readCloudAssembly(folder).template.Resources).map(({ Type }) => Type);
  const alarms = (type: string) => types.filter((each) => each === `AWS::CloudWatch::${type}`);
  return {
    eventBytes: round(sum(published.map(({ messageBytes }) => messageBytes)) / events, 0),
    eventsPerOrder: round(events / ORDERS),
    alarms: {
      single: alarms("Alarm").length,
      composite: alarms("CompositeAlarm").length,
    },
    metrics: countMetrics(counted),
    api: {
      callMs: round(durationMs(api) / events),
      orders: await tableCost(stage, stage.outputs.OrdersTable, { calls: api, events }),
      logBytes: logBytes(counted, "Api"),
    },
    relay: {
      publishMs: round(durationMs(published) / Math.max(1, published.length)),
      logBytes: logBytes(counted, "Relay"),
    },
    consumers,
  };
};

const CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];
const PARTS = ["Api", "Relay", ...CONSUMERS];

type Counters = ReadonlyMap<string, { readonly dynamo: CallCounter; readonly sns: CallCounter }>;

const startCounters = async (): Promise<Counters> => {
  const pairs = PARTS.map(async (part) => {
    const [dynamo, sns] = await Promise.all([startCallCounter(), startCallCounter()]);
    return [part, { dynamo, sns }] as const;
  });
  return new Map(await Promise.all(pairs));
};

const environmentOf = (counters: Counters, functionName: string): Record<string, string> => {
  const part = PARTS.find((each) => functionName.includes(`${each}Handler`));
  const own = part === undefined ? undefined : counters.get(part);
  if (own === undefined) return {};
  return { AWS_ENDPOINT_URL_DYNAMODB: own.dynamo.url, AWS_ENDPOINT_URL_SNS: own.sns.url };
};

const play = async (world: TestBus, counters: Counters): Promise<Omit<MeasuredCosts, "how">> => {
  const { endpoints } = world.bus;
  for (const { dynamo, sns } of counters.values()) {
    dynamo.connect(endpoints.AWS_ENDPOINT_URL_DYNAMODB);
    sns.connect(endpoints.AWS_ENDPOINT_URL_SNS);
  }
  await world.play(generateTrace(SEED, ORDERS));
  const { events } = await drain(world.stage);
  const callsOf = (part: string): readonly Call[] => {
    const own = counters.get(part);
    return own === undefined ? [] : [...own.dynamo.calls, ...own.sns.calls];
  };
  return measureAll({ world, events, callsOf });
};

const commit = () =>
  execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim();

const measure = async (): Promise<void> => {
  const counters = await startCounters();
  const world = await startBus(
    {},
    { functionEnvironment: (name) => environmentOf(counters, name) },
  );
  try {
    const costs = await play(world, counters);
    const events = Math.round(costs.eventsPerOrder * ORDERS);
    const how = {
      command: "node test/load/measure-costs.ts",
      commit: commit(),
      on: "the embedded bus, that is on emulators: units as they count them, times of one machine",
      ...{ orders: ORDERS, events },
    };
    writeFileSync(FILE, `${JSON.stringify({ how, ...costs }, null, 2)}\n`);
    console.log(`${FILE}: ${events} events of ${ORDERS} orders`);
  } finally {
    await world.stop();
    for (const { dynamo, sns } of counters.values()) await Promise.all([dynamo.stop(), sns.stop()]);
  }
};

await measure();

/** Runs the functions of a deployed stack: pools, event source mappings and function URLs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeMeter } from "./alarms/runtime-meter.ts";
import type { AwsClients } from "./aws-clients.ts";
import { compileChildProgram } from "./child-program.ts";
import type { DeployedStack } from "./create-resources.ts";
import { createEventSourceMapping, type EventSourceMapping } from "./event-source-mapping.ts";
import type { DeployedFunction, MappingSettings } from "./function-definition.ts";
import { startEnvironment } from "./function-environment.ts";
import { type FunctionLog, type MetricListener, openFunctionLog } from "./function-log.ts";
import { createFunctionPool, type FunctionPool } from "./function-pool.ts";
import { type FunctionUrl, startFunctionUrl } from "./function-url.ts";
import type { MappingOrders } from "./mapping-orders.ts";
import type { RuntimeClock } from "./runtime-clock.ts";
import { startSchedule } from "./schedule.ts";
import { sqsPollLoop } from "./sqs-event-source.ts";
import { openStreamCheckpoint } from "./stream-checkpoint.ts";
import { streamPollLoop } from "./stream-event-source.ts";

export type RuntimeOptions = {
  readonly dataDir: string;
  readonly stack: DeployedStack;
  readonly clients: AwsClients;
  readonly orders: MappingOrders;
  /** Environments a function behind a URL may have. */
  readonly apiConcurrency: number;
  /** Environments a function of a queue may have. */
  readonly consumerConcurrency: number;
  readonly functionEnvironment: (functionName: string) => Readonly<Record<string, string>>;
  readonly onMetric: MetricListener | undefined;
  readonly meter: RuntimeMeter;
  /** Of rules. */
  readonly clock: RuntimeClock;
  /** Between two calls of each scheduled function, in place of what its rule says. */
  readonly scheduleSeconds: number | undefined;
  /** What counts as a minute of a rule. */
  readonly minuteSeconds: number;
};

export type FunctionRuntime = {
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly mappings: ReadonlyMap<string, EventSourceMapping>;
  readonly stop: () => Promise<void>;
};

/** How many calls may wait for an environment before the API answers 429. */
const MAX_WAITING = 1_000;

type RunningFunction = { readonly pool: FunctionPool; readonly log: FunctionLog };

const concurrencyOf = (
  { name, reservedConcurrency }: DeployedFunction,
  options: RuntimeOptions,
) => {
  const { stack, apiConcurrency, consumerConcurrency } = options;
  const hasUrl = stack.urls.some(({ functionName }) => functionName === name);
  const limits = stack.mappings
    .filter(({ functionName }) => functionName === name)
    .map(({ maximumConcurrency }) => maximumConcurrency ?? Number.POSITIVE_INFINITY);
  const wanted = hasUrl ? apiConcurrency : consumerConcurrency;
  return Math.max(1, Math.min(wanted, ...limits, reservedConcurrency ?? Number.POSITIVE_INFINITY));
};

/** The duration has the wait for a free environment in it. */
const measured = (pool: FunctionPool, meter: RuntimeMeter): FunctionPool => ({
  ...pool,
  invoke: async (event) => {
    const startedAt = performance.now();
    const result = await pool.invoke(event);
    meter.invoked(pool.name, result, performance.now() - startedAt);
    return result;
  },
});

const runFunction = (
  definition: DeployedFunction,
  options: RuntimeOptions,
  hostProgram: string,
): RunningFunction => {
  const { name } = definition;
  const { meter, onMetric } = options;
  const log = openFunctionLog(join(options.dataDir, "logs", `${name}.log`), name, (line, from) => {
    meter.printed(line);
    onMetric?.(line, from);
  });
  const environment = { ...definition.environment, ...options.functionEnvironment(name) };
  const pool = createFunctionPool({
    name,
    concurrency: concurrencyOf(definition, options),
    maxWaiting: MAX_WAITING,
    start: () =>
      startEnvironment({ ...definition, environment }, { hostProgram, onOutput: log.read }),
  });
  return { pool: measured(pool, meter), log };
};

const problemLog = (log: FunctionLog) => (message: string) =>
  log.write(JSON.stringify({ level: "WARN", service: "embedded-runtime", message }));

const runMapping = (
  settings: MappingSettings,
  { pool, log }: RunningFunction,
  { stack, clients, dataDir, orders, meter }: RuntimeOptions,
): EventSourceMapping => {
  const { id, functionName, sourceArn } = settings;
  const enabled = orders.startsEnabled(id, settings.enabled);
  const common = { ...settings, pool, meter, onProblem: problemLog(log) };
  const queueUrl = stack.queueUrls.get(sourceArn);
  if (queueUrl) {
    const source = { ...common, sqs: clients.sqs, queueUrl, queueArn: sourceArn };
    const loops = Array.from({ length: pool.concurrency }, () => sqsPollLoop(source));
    return createEventSourceMapping({ id, functionName, enabled, loops });
  }
  const file = join(dataDir, "checkpoints", `${id}.json`);
  const checkpoint = openStreamCheckpoint(file, sourceArn);
  const source = { ...common, streams: clients.streams, streamArn: sourceArn, checkpoint };
  return createEventSourceMapping({ id, functionName, enabled, loops: [streamPollLoop(source)] });
};

const existing = (functions: ReadonlyMap<string, RunningFunction>, name: string) => {
  const one = functions.get(name);
  if (!one) throw new Error(`the template has no function ${name}`);
  return one;
};

export const startFunctionRuntime = async (options: RuntimeOptions): Promise<FunctionRuntime> => {
  const { dataDir, stack, clock } = options;
  mkdirSync(join(dataDir, "checkpoints"), { recursive: true });
  const hostProgram = compileChildProgram("function-host", dataDir);
  const functions = new Map(
    [...stack.functions].map(([name, one]) => [name, runFunction(one, options, hostProgram)]),
  );
  const urls: FunctionUrl[] = [];
  for (const { functionName, port } of stack.urls) {
    const { pool, log } = existing(functions, functionName);
    urls.push(await startFunctionUrl({ port, pool, onProblem: problemLog(log) }));
  }
  const mappings = stack.mappings.map((settings) =>
    runMapping(settings, existing(functions, settings.functionName), options),
  );
  const schedules = stack.schedules.map((schedule) => {
    const { pool, log } = existing(functions, schedule.functionName);
    const ruleSeconds = (schedule.everySeconds / 60) * options.minuteSeconds;
    const everySeconds = options.scheduleSeconds ?? ruleSeconds;
    const onProblem = problemLog(log);
    return startSchedule({ ...schedule, everySeconds }, { pool, clock, onProblem });
  });
  const stop = async () => {
    await Promise.all(urls.map((url) => url.stop()));
    await Promise.all(mappings.map((mapping) => mapping.pause()));
    await Promise.all(schedules.map((schedule) => schedule.stop()));
    await Promise.all([...functions.values()].map(({ pool }) => pool.stop()));
    for (const { log } of functions.values()) log.end();
  };
  return {
    pools: new Map([...functions].map(([name, { pool }]) => [name, pool])),
    mappings: new Map(mappings.map((mapping) => [mapping.id, mapping])),
    stop,
  };
};

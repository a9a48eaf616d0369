/**
 * The whole stack on one machine: the template and the functions that `cdk deploy` would send, over
 * real emulators, with their state in one folder. Whatever is killed, a new start with the same
 * folder goes on where it was.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AlarmListener } from "./alarms/alarm-runtime.ts";
import { cloudWatchApi } from "./alarms/cloudwatch-api.ts";
import { openMonitor } from "./alarms/open-monitor.ts";
import { createAwsClients, type Endpoints } from "./aws-clients.ts";
import { readCloudAssembly } from "./cloud-assembly.ts";
import { startControlServer } from "./control-server.ts";
import { checkTemplate, createResources } from "./create-resources.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import { type Emulators, startEmulators } from "./emulators.ts";
import { isPortFree } from "./free-port.ts";
import type { MetricListener } from "./function-log.ts";
import { startFunctionRuntime } from "./function-runtime.ts";
import { lambdaApi } from "./lambda-api.ts";
import { openMappingOrders } from "./mapping-orders.ts";
import { type ToolEndpoints, writeOutputs } from "./outputs-file.ts";
import { openPortBook } from "./port-book.ts";
import { memoryBytes } from "./process-tree.ts";
import { machineClock, type RuntimeClock } from "./runtime-clock.ts";
import { synthesize } from "./synthesize.ts";
import type { JsonObject } from "./template.ts";

export type EmbeddedBusOptions = {
  readonly dataDir: string;
  /** Of the order API; without it, a free one, which the data folder remembers. */
  readonly port?: number;
  readonly stage?: string;
  /** Further CDK context, as `-c name=value` would give; `settings` above all. */
  readonly context?: JsonObject;
  /** The CDK app's entry file. */
  readonly app?: string;
  /** A folder that `cdk synth` wrote, instead of an app. */
  readonly assembly?: string;
  /** Endpoints that exist already: what they serve is not started here. */
  readonly endpoints?: Partial<Endpoints>;
  readonly apiConcurrency?: number;
  readonly consumerConcurrency?: number;
  /** Between two calls of a scheduled function, for tests: a rule counts in minutes. */
  readonly scheduleSeconds?: number;
  /** What counts as a minute of the alarms' periods and of rules, for tests. */
  readonly alarmMinuteSeconds?: number;
  /** Of metrics, alarms and rules, in place of the machine's, for tests. */
  readonly clock?: RuntimeClock;
  /** Laid over a function's environment, for faults in tests. */
  readonly functionEnvironment?: (functionName: string) => Readonly<Record<string, string>>;
  readonly onProgress?: (text: string) => void;
  readonly onMetric?: MetricListener;
  /** When an alarm tells somebody: that it rings, or that it is over. */
  readonly onAlarm?: AlarmListener;
};

export type EmbeddedBus = {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly endpoints: ToolEndpoints;
  readonly apiUrl: string;
  readonly functionNames: readonly string[];
  readonly pauseMapping: (id: string) => Promise<void>;
  readonly resumeMapping: (id: string) => void;
  /** SIGKILL of a function's environments. */
  readonly killFunction: (functionName: string) => void;
  readonly functionPids: (functionName: string) => readonly number[];
  /** SIGKILL of `fauxqs` or `dynoxide`; resolves when its successor answers. */
  readonly killEmulator: (name: string) => Promise<void>;
  readonly emulatorPids: () => Readonly<Record<string, number | undefined>>;
  /** Of the runtime and everything that it started, shared pages counted once. */
  readonly memoryBytes: () => number;
  /** Ends what runs, then every process. Nothing is lost. */
  readonly stop: () => Promise<void>;
};

const DEFAULT_APP = resolve(import.meta.dirname, "..", "bin", "order-event-bus.ts");

/** Stops what was started in the opposite order, on an error half way too. */
type Cleanup = { readonly add: (stop: () => unknown) => void; readonly run: () => Promise<void> };

const createCleanup = (): Cleanup => {
  const steps: (() => unknown)[] = [];
  return {
    add: (stop) => steps.push(stop),
    run: async () => {
      for (let step = steps.pop(); step; step = steps.pop()) await step();
    },
  };
};

const refuseTakenPort = async (port: number): Promise<void> => {
  if (await isPortFree(port)) return;
  throw new Error(`port ${port} of 127.0.0.1 is in use: choose another with --port N`);
};

const environmentEndpoints = (): Partial<Endpoints> => {
  const url = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  return url ? { AWS_ENDPOINT_URL_DYNAMODB: url } : {};
};

const loadAssembly = async (options: EmbeddedBusOptions, dataDir: string) => {
  const { stage = "dev", context = {}, app = DEFAULT_APP } = options;
  options.onProgress?.("Synthesizing the stack");
  const folder =
    options.assembly ??
    (await synthesize({ app: resolve(app), dataDir, context: { stage, ...context } }));
  const assembly = readCloudAssembly(resolve(folder));
  checkTemplate(assembly);
  return assembly;
};

const start = async (options: EmbeddedBusOptions, dataDir: string, cleanup: Cleanup) => {
  const ports = openPortBook(dataDir);
  if (options.port !== undefined) await refuseTakenPort(options.port);
  const assembly = await loadAssembly(options, dataDir);
  options.onProgress?.("Starting the emulators of DynamoDB, SNS and SQS");
  const given = { ...environmentEndpoints(), ...options.endpoints };
  const emulators = await startEmulators({ dataDir, given, ports });
  cleanup.add(emulators.stop);
  const { endpoints } = emulators;
  const clients = createAwsClients(endpoints);
  cleanup.add(clients.destroy);
  const count = Object.keys(assembly.template.Resources).length;
  options.onProgress?.(`Creating what the template's ${count} resources need`);
  let firstUrl = true;
  // Not before they are needed: a port that is only chosen may be taken by others.
  const urlPort = async (logicalId: string) => {
    const isFirst = firstUrl;
    firstUrl = false;
    if (!isFirst) return ports.port(logicalId);
    return options.port ?? ports.port("api");
  };
  const stack = await createResources({ assembly, clients, endpoints, urlPort });
  options.onProgress?.(`Starting ${stack.functions.size} functions`);
  const orders = openMappingOrders(join(dataDir, "mapping-orders.json"));
  const { alarmMinuteSeconds: minuteSeconds = 60, clock = machineClock } = options;
  const monitor = openMonitor({
    ...{ dataDir, stack, clients, clock, minuteSeconds },
    onAlarm: options.onAlarm ?? (() => {}),
  });
  const runtime = await startFunctionRuntime({
    ...{ dataDir, stack, clients, orders, meter: monitor.meter, clock },
    apiConcurrency: options.apiConcurrency ?? 3,
    consumerConcurrency: options.consumerConcurrency ?? 1,
    functionEnvironment: options.functionEnvironment ?? (() => ({})),
    onMetric: options.onMetric,
    ...{ scheduleSeconds: options.scheduleSeconds, minuteSeconds },
  });
  cleanup.add(runtime.stop);
  const alarms = monitor.start();
  cleanup.add(alarms.stop);
  const control = await startControlServer({
    port: await ports.port("control"),
    routes: [
      lambdaApi({ ...runtime, settings: stack.mappings, orders }),
      cloudWatchApi({ store: monitor.store, alarms }),
    ],
  });
  cleanup.add(control.stop);
  const located = {
    ...endpoints,
    AWS_ENDPOINT_URL_LAMBDA: control.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: control.endpoint,
  };
  const { stackName } = assembly;
  writeOutputs(dataDir, { stackName, outputs: stack.outputs, endpoints: located });
  return { assembly, emulators, stack, runtime, endpoints: located };
};

const known = <T>(map: ReadonlyMap<string, T>, name: string): T => {
  const found = map.get(name);
  if (found) return found;
  throw new Error(`there is no ${name}, only ${[...map.keys()].join(", ")}`);
};

const killEmulator = async ({ running }: Emulators, name: string) => {
  const emulator = known(new Map(running.map((one) => [one.name, one])), name);
  await emulator.kill();
  await emulator.ready();
};

export const startEmbeddedBus = async (options: EmbeddedBusOptions): Promise<EmbeddedBus> => {
  const dataDir = resolve(options.dataDir);
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const cleanup = createCleanup();
  cleanup.add(lockDataDir(dataDir));
  try {
    const started = await start(options, dataDir, cleanup);
    const { assembly, emulators, stack, runtime, endpoints } = started;
    const { pools, mappings } = runtime;
    return {
      stackName: assembly.stackName,
      outputs: stack.outputs,
      endpoints,
      apiUrl: stack.urls[0] ? `http://127.0.0.1:${stack.urls[0].port}/` : "",
      functionNames: [...pools.keys()],
      pauseMapping: (id) => known(mappings, id).pause(),
      resumeMapping: (id) => known(mappings, id).resume(),
      killFunction: (name) => known(pools, name).kill(),
      functionPids: (name) => known(pools, name).pids(),
      killEmulator: (name) => killEmulator(emulators, name),
      emulatorPids: () =>
        Object.fromEntries(emulators.running.map((emulator) => [emulator.name, emulator.pid()])),
      memoryBytes: () => memoryBytes(process.pid),
      stop: cleanup.run,
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
};

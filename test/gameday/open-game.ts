import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readOutputs } from "../../cli/read-outputs.ts";
import { connectToStage, type Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { type EmbeddedBus, startEmbeddedBus } from "../../local/embedded-bus.ts";
import type { MetricListener } from "../../local/function-log.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import { quickRules, tracePlayer } from "../end-to-end/start-bus.ts";
import { startFaultyEndpoint } from "../end-to-end/start-faulty-endpoint.ts";
import { startSlowEndpoint } from "../load/start-slow-endpoint.ts";
import type { Game, LatencyListener, Typed } from "./game.ts";

const BUS = join(import.meta.dirname, "../../cli/bus.ts");

/** A minute of an alarm's periods is a second here, but an age is as old as it is. */
export const ALARM_MINUTE_SECONDS = 1;
export const CLOSE_AT = 60;
/** An age rings at a minute, and a busy machine takes its time. */
const ALARM_PATIENCE_MS = 300_000;
const ASK_EVERY_MS = 250;
const SETTINGS = {
  failureRules: {
    ...quickRules,
    failingSeconds: 3,
    budget: { capacity: 3, appliedPerToken: 20, tokensPerMinute: 5, tokensPerHour: 0 },
  },
  maxReceiveCount: 30,
  outageFloorSeconds: 0,
  alarmAfter: { queueAgeSeconds: 60, iteratorAgeSeconds: 60 },
  admission: {
    critical: ["warehouse"],
    minimumSeconds: { open: 0, closed: 1 },
    marks: { default: { depth: { closeAt: CLOSE_AT, openAt: 10 } } },
  },
};

const typeBus = (dataDir: string, words: readonly string[]): Promise<Typed> =>
  new Promise((resolve) => {
    // A plan asks no stage anything.
    const args = [BUS, ...words, ...(words[0] === "plan" ? [] : ["--local", dataDir])];
    execFile(process.execPath, args, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });

type Running = {
  readonly bus: EmbeddedBus;
  readonly stage: Stage & { close: () => void };
  readonly player: ReturnType<typeof tracePlayer>;
};

const stateOf = async ({ cloudwatch }: Stage, name: string): Promise<string | undefined> => {
  const AlarmTypes = ["MetricAlarm", "CompositeAlarm"] as const;
  const command = new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: [...AlarmTypes] });
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(command);
  return [...MetricAlarms, ...CompositeAlarms][0]?.StateValue;
};

export const openGame = async (): Promise<Game & { readonly close: () => Promise<void> }> => {
  const dataDir = mkdtempSync(join(tmpdir(), "gameday-"));
  const [points, facts] = await Promise.all([startFaultyEndpoint(), startSlowEndpoint()]);
  let listener: LatencyListener | undefined;
  const onMetric: MetricListener = ({ consumer, LatencyMs }) => {
    const values = [LatencyMs].flat().filter((value) => typeof value === "number");
    if (typeof consumer === "string" && values.length > 0) listener?.(consumer, values);
  };
  const start = async (environments: Parameters<Game["deploy"]>[0]): Promise<Running> => {
    const own: typeof environments = {
      loyalty: { AWS_ENDPOINT_URL_DYNAMODB: points.url },
      warehouse: { AWS_ENDPOINT_URL_DYNAMODB: facts.url },
      ...environments,
    };
    const bus = await startEmbeddedBus({
      ...{ dataDir, context: { settings: SETTINGS }, onMetric },
      ...{ scheduleSeconds: 1, alarmMinuteSeconds: ALARM_MINUTE_SECONDS },
      functionEnvironment: (name) =>
        Object.entries(own).find(([part]) => name.includes(`${part}Handler`))?.[1] ?? {},
    });
    const stage = connectToStage(await readOutputs({ outputsFile: outputsPath(dataDir) }));
    const { points: table = "" } = consumerNamed(stage.outputs, "loyalty").tables;
    points.connect(bus.endpoints.AWS_ENDPOINT_URL_DYNAMODB, table);
    facts.connect(bus.endpoints.AWS_ENDPOINT_URL_DYNAMODB);
    return { bus, stage, player: tracePlayer(bus.apiUrl) };
  };
  const stop = async ({ bus, stage, player }: Running) => {
    player.close();
    stage.close();
    await bus.stop();
  };
  let running = await start({});
  let seed = 100;
  return {
    ...{ dataDir, points, facts },
    send: (call) => running.player.send(call),
    play: (lines) => running.player.play(lines),
    bus: () => running.bus,
    stage: () => running.stage,
    shopOn: (orders) => running.player.play(generateTrace(seed++, orders)),
    type: (...words) => typeBus(dataDir, words),
    deploy: async (environments, between) => {
      await stop(running);
      await between?.();
      running = await start(environments);
    },
    alarm: async (name, state) => {
      const full = `${running.bus.stackName}/${name}`;
      const giveUpAt = performance.now() + ALARM_PATIENCE_MS;
      while ((await stateOf(running.stage, full)) !== state) {
        if (performance.now() > giveUpAt) throw new Error(`alarm ${full} does not become ${state}`);
        await sleep(ASK_EVERY_MS);
      }
    },
    listen: (next) => {
      listener = next;
    },
    close: async () => {
      await stop(running);
      await Promise.all([points.stop(), facts.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

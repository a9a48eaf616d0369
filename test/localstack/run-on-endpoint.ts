/**
 * A LocalStack that runs no functions and has no DynamoDB: the resources are made there from the
 * template, and the embedded runtime does the functions and their event source mappings.
 */
import assert from "node:assert/strict";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import type { JsonObject } from "../../local/template.ts";
import { describeReport, describeResult } from "../acceptance/describe-result.ts";
import { runScenarios } from "../acceptance/run-scenarios.ts";
import { SCENARIOS } from "../acceptance/scenarios.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { drain, type TestBus } from "../end-to-end/start-bus.ts";
import { purgeIds, waitOut } from "./deduplication-window.ts";
import { redriveNatively } from "./native-redrive.ts";
import { createShop } from "./open-shop.ts";
import { openStage } from "./open-stage.ts";
import { CONSUMER } from "./poisoned-orders.ts";
import { MAX_RECEIVES, quickSettings } from "./quick-settings.ts";
import { type Part, timed } from "./timed.ts";

export type EndpointRun = {
  readonly endpoint: string;
  /** "slow": the native redrive waits LocalStack's deduplication window out. */
  readonly redrive: "quick" | "slow";
  readonly onProgress: (text: string) => void;
  /** Told how to end in order what runs, should that be asked for. */
  readonly onOpen: (close: () => Promise<unknown>) => void;
};

/** A slow move must be over within it, since it begins when an event's receives are spent. */
const BOUNCE_SECONDS = { quick: 1, slow: 5 } as const;

const playTrace = async (world: TestBus): Promise<string> => {
  const trace = generateTrace(1);
  await world.play(trace);
  const audit = await drain(world.stage);
  assert.deepEqual(audit.problems, []);
  const { refused: _, ...due } = predictFigures(trace);
  const { deadLetters, ...figures } = await readFigures(world.stage);
  assert.deepEqual(figures, due);
  assert.equal(Math.max(...Object.values(deadLetters)), 0, "dead letters");
  return `audit ok: ${audit.events} events of ${audit.orders} orders, every figure exact`;
};

/** Its redrive runs within the window in which LocalStack drops what is moved: see `redriveNatively`. */
const LEFT_OUT = "redrive";

const runAcceptance = async (world: TestBus, { onProgress }: EndpointRun): Promise<string> => {
  const report = await runScenarios({
    outputsFile: outputsPath(world.dataDir),
    scenarios: SCENARIOS.filter(({ name }) => name !== LEFT_OUT),
    patienceSeconds: 120,
    onResult: (result) => onProgress(describeResult(result)),
  });
  assert.equal(report.failed, 0, describeReport(report));
  return `${describeReport(report)}; ${LEFT_OUT} is a part of its own here`;
};

const runRedrive = async (world: TestBus, { redrive, onProgress }: EndpointRun) => {
  const shop = createShop(world.play, 7);
  const isSlow = redrive === "slow";
  try {
    const { passes, events, orders } = await redriveNatively({
      ...{ world, shop, maxReceiveCount: MAX_RECEIVES, onProgress },
      window: isSlow ? waitOut() : purgeIds({ world, shop, consumer: CONSUMER }),
      beforeRepair: isSlow ? "redrive" : "wait",
    });
    const moved = passes.map((each) => `${each.moved} moved, ${each.applied} applied`);
    return (
      `${passes.length} passes (${moved.join("; ")}), none dead at the end; ` +
      `audit ok: ${events} events of ${orders} orders, every figure exact`
    );
  } finally {
    await shop.pause();
  }
};

type Step = readonly [name: string, run: (world: TestBus) => Promise<string>];

/** A stage for these steps alone, that is gone afterwards. */
const onStage = async (
  run: EndpointRun,
  settings: JsonObject,
  steps: readonly Step[],
): Promise<Part[]> => {
  const parts: Part[] = [];
  const add = async (name: string, step: () => Promise<string>) => {
    run.onProgress(`${name} …`);
    parts.push(await timed(name, step));
  };
  const from = performance.now();
  const { world, close } = await openStage(run.endpoint, settings);
  run.onOpen(close);
  const { stackName } = world.bus;
  parts.push({ name: "start", seconds: (performance.now() - from) / 1_000, detail: stackName });
  try {
    for (const [name, step] of steps) await add(name, () => step(world));
  } finally {
    await add("end", async () => `${await close()} resources deleted, none left`);
  }
  return parts;
};

export const runOnEndpoint = async (run: EndpointRun): Promise<Part[]> => {
  return [
    ...(await onStage(run, quickSettings(BOUNCE_SECONDS.quick), [
      ["trace", playTrace],
      ["acceptance", (world) => runAcceptance(world, run)],
    ])),
    ...(await onStage(run, quickSettings(BOUNCE_SECONDS[run.redrive]), [
      ["native redrive", (world) => runRedrive(world, run)],
    ])),
  ];
};

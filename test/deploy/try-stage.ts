/** The dev stage as it is deployed first: an exact trace, then every guarantee from outside. */
import assert from "node:assert/strict";
import { generateTrace } from "../../cli/generate-trace.ts";
import { playTrace } from "../../cli/play-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { readTrace } from "../../cli/read-trace.ts";
import type { NumberedLine } from "../../cli/trace-line.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { describeReport, describeResult } from "../acceptance/describe-result.ts";
import { runScenarios } from "../acceptance/run-scenarios.ts";
import { SCENARIOS } from "../acceptance/scenarios.ts";
import { openWorld } from "../acceptance/world.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import type { Context, Step } from "./step.ts";

export const DEV = "dev";
const GENERATED_ORDERS = 100;
const PATIENCE_SECONDS = 300;

/** What MiniStack cannot do, and no more than that: known callers, and SQS's own redrive. */
const NOT_ON_MINISTACK = ["forged", "redrive"];

const linesOf = async (file: string | undefined): Promise<NumberedLine[]> => {
  if (file === undefined) {
    const lines = generateTrace(1, GENERATED_ORDERS);
    return lines.map((line, index) => ({ number: index + 1, line }));
  }
  const lines: NumberedLine[] = [];
  for await (const line of readTrace(file)) lines.push(line);
  return lines;
};

const playFirst = async ({ trace }: Context): Promise<string> => {
  const world = await openWorld({ stage: DEV }, PATIENCE_SECONDS * 1_000);
  try {
    const lines = await linesOf(trace);
    const played = await playTrace({ lines, send: world.send });
    const from = performance.now();
    const audit = await waitUntilDrained(world.stage);
    assert.deepEqual(audit.problems, []);
    const { refused, ...expected } = predictFigures(lines.map(({ line }) => line));
    assert.equal(played.refused, refused, "refused steps");
    const { deadLetters, ...figures } = await readFigures(world.stage);
    assert.deepEqual(figures, expected);
    assert.equal(Math.max(...Object.values(deadLetters)), 0, "dead letters");
    const drain = ((performance.now() - from) / 1_000).toFixed(1);
    return (
      `audit ok: ${audit.events} events of ${audit.orders} orders, ${refused} steps refused, every ` +
      `figure exact; play ${played.seconds.toFixed(1)} s, drain ${drain} s`
    );
  } finally {
    world.close();
  }
};

const runAcceptance = async ({ tell }: Context): Promise<string> => {
  const report = await runScenarios({
    ...{ stage: DEV, scenarios: SCENARIOS, patienceSeconds: PATIENCE_SECONDS },
    onResult: (result) => tell(describeResult(result)),
  });
  assert.equal(report.failed, 0, describeReport(report));
  const missing = report.results.filter(({ outcome }) => outcome.kind === "not here");
  assert.deepEqual(missing.map(({ name }) => name).toSorted(), NOT_ON_MINISTACK, "not here");
  return describeReport(report);
};

export const tryStage: readonly Step[] = [
  {
    name: "cdk bootstrap",
    run: async ({ workspace }) => {
      await workspace.cdk("bootstrap");
      return "an account and a region are ready";
    },
  },
  {
    name: "cdk deploy",
    run: async ({ workspace }) => {
      await workspace.deploy();
      return "the dev stage";
    },
  },
  { name: "trace", run: playFirst },
  { name: "acceptance", run: runAcceptance },
];

/** The dev stage as it is deployed first: an exact trace, then every guarantee from outside. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { generateTrace } from "../../cli/generate-trace.ts";
import { playTrace } from "../../cli/play-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { readTrace } from "../../cli/read-trace.ts";
import type { NumberedLine } from "../../cli/trace-line.ts";
import { traceReport } from "../../cli/trace-report.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { describeReport, describeResult } from "../acceptance/describe-result.ts";
import { runScenarios } from "../acceptance/run-scenarios.ts";
import { SCENARIOS } from "../acceptance/scenarios.ts";
import { openWorld } from "../acceptance/world.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { makeTopicFifo } from "./make-topic-fifo.ts";
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

const playFirst = async ({ trace, report }: Context): Promise<string> => {
  const world = await openWorld({ stage: DEV }, PATIENCE_SECONDS * 1_000);
  try {
    const lines = await linesOf(trace);
    const played = await playTrace({ lines, send: world.send });
    const from = performance.now();
    const audit = await waitUntilDrained(world.stage);
    const drainSeconds = (performance.now() - from) / 1_000;
    const figures = await readFigures(world.stage);
    const told = traceReport({ played, drainSeconds, figures, audit });
    if (report !== undefined) writeFileSync(report, `${JSON.stringify(told, null, 2)}\n`);
    assert.deepEqual(audit.problems, []);
    const { deadLetters, ...applied } = figures;
    assert.equal(Math.max(...Object.values(deadLetters)), 0, "dead letters");
    const expected = predictFigures(lines.map(({ line }) => line));
    assert.deepEqual({ ...applied, refused: played.refused }, expected);
    const { play, drain } = told.seconds;
    return (
      `audit ok: ${audit.events} events of ${audit.orders} orders, ${played.refused} steps ` +
      `refused, every figure exact; play ${play.toFixed(1)} s, drain ${drain.toFixed(1)} s`
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
      await makeTopicFifo(DEV);
      return "the dev stage";
    },
  },
  {
    name: "cdk diff",
    run: async ({ workspace }) => {
      await workspace.diff();
      return "an unchanged application has none";
    },
  },
  { name: "trace", run: playFirst },
];

export const acceptance: Step = { name: "acceptance", run: runAcceptance };

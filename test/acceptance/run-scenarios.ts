/** Runs scenarios over a stage, all at once but for those that want to be alone, and tells of each. */
import type { Outcome, Scenario } from "./scenario.ts";
import { type OpenWorld, openWorld, type World } from "./world.ts";

export type Result = {
  readonly name: string;
  readonly title: string;
  readonly outcome: Outcome | { readonly kind: "failed"; readonly reason: string };
  readonly seconds: number;
};

export type AcceptanceReport = {
  readonly stackName: string;
  readonly where: World["where"];
  readonly results: readonly Result[];
  readonly passed: number;
  readonly failed: number;
  readonly notHere: number;
  readonly seconds: number;
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);

const secondsSince = (ms: number): number => Math.round(performance.now() - ms) / 1_000;

const runOne = async (world: World, { name, title, run }: Scenario): Promise<Result> => {
  const from = performance.now();
  const outcome = await run(world).catch((error: unknown) => ({
    ...{ kind: "failed" as const, reason: messageOf(error) },
  }));
  return { name, title, outcome, seconds: secondsSince(from) };
};

export type RunOptions = {
  readonly stage?: string;
  readonly outputsFile?: string;
  readonly scenarios: readonly Scenario[];
  readonly patienceSeconds: number;
  readonly onStart?: (world: World) => void;
  readonly onResult?: (result: Result) => void;
};

const runAll = async (world: OpenWorld, options: RunOptions): Promise<AcceptanceReport> => {
  const from = performance.now();
  const { scenarios, onResult } = options;
  const results: Result[] = [];
  const run = async (scenario: Scenario) => {
    const result = await runOne(world, scenario);
    results.push(result);
    onResult?.(result);
  };
  await Promise.all(scenarios.filter(({ when }) => when !== "alone").map(run));
  for (const scenario of scenarios.filter(({ when }) => when === "alone")) await run(scenario);
  const count = (kind: Result["outcome"]["kind"]) =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return {
    ...{ stackName: world.stage.outputs.stackName, where: world.where, results },
    ...{ passed: count("passed"), failed: count("failed"), notHere: count("not here") },
    seconds: secondsSince(from),
  };
};

export const runScenarios = async (options: RunOptions): Promise<AcceptanceReport> => {
  const { stage, outputsFile, patienceSeconds, onStart } = options;
  const source = {
    ...(stage === undefined ? {} : { stage }),
    ...(outputsFile === undefined ? {} : { outputsFile }),
  };
  const world = await openWorld(source, patienceSeconds * 1_000);
  try {
    onStart?.(world);
    return await runAll(world, options);
  } finally {
    world.close();
  }
};

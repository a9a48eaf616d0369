/** `npm run test:deploy`: what a user does with `cdk`, on MiniStack, with orders coming in. */
import { accessSync, constants, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { listenForInterrupt } from "../../cli/listen-for-interrupt.ts";
import { startMiniStack } from "../emulators/start-ministack.ts";
import { adopt } from "./adopt.ts";
import { changeLive } from "./change-live.ts";
import { destroyDev } from "./destroy-dev.ts";
import { leftBehind } from "./left-behind.ts";
import { prodStage } from "./prod-stage.ts";
import type { Context, Step } from "./step.ts";
import { acceptance, tryStage } from "./try-stage.ts";
import { awsEnvironment, makeFolder, makeWorkspace } from "./workspace.ts";

/** One after the other; the lanes of one run side by side, for the acceptance suite mostly waits. */
const PHASES: readonly (readonly (readonly Step[])[])[] = [
  [tryStage],
  [[acceptance], [...prodStage, ...adopt]],
  [[...changeLive, destroyDev]],
];
/** MiniStack's start and end, and theirs. */
const STEPS = 2 + PHASES.flat(2).length;
const INTERRUPTED = 130;

const program = new Command("npm run test:deploy --")
  .description(
    "Starts MiniStack, an emulator of AWS from PyPI, and deploys the application to it with plain\n" +
      "cdk: a trace through the deployed functions, the acceptance suite, changed stacks over live\n" +
      "traffic, and what a destroyed stage leaves. All of it is gone afterwards.",
  )
  .option("--trace <file>", "play this trace first instead of a generated one")
  .option("--report <file>", "write what that trace came to as JSON, as the demo does")
  .addHelpText("after", "\nNeeds Python 3.10 or later with venv, for MiniStack.");

type Options = { readonly trace?: string; readonly report?: string };
type Tally = { passed: number; failed: number };

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Says how it went and how long it took. */
const timed = async (tally: Tally, name: string, run: () => Promise<string>): Promise<boolean> => {
  const from = performance.now();
  const time = () => `${((performance.now() - from) / 1_000).toFixed(1)} s`;
  try {
    const detail = await run();
    tally.passed++;
    console.log(`ok      ${name} (${time()}): ${detail}`);
    return true;
  } catch (error) {
    tally.failed++;
    console.log(`FAILED  ${name} (${time()}): ${messageOf(error)}`);
    return false;
  }
};

const tell = (text: string) => console.log(text.replaceAll(/^/gm, "        "));

/** Each step of a lane needs those before it. */
const runLane = async (tally: Tally, context: Context, steps: readonly Step[]) => {
  for (const { name, run } of steps) {
    if (!(await timed(tally, name, () => run(context)))) return false;
  }
  return true;
};

const runPhases = async (tally: Tally, context: Context): Promise<void> => {
  for (const lanes of PHASES) {
    const done = await Promise.all(lanes.map((steps) => runLane(tally, context, steps)));
    if (done.includes(false)) return;
  }
};

const openContext = async (folder: string, { trace, report }: Options): Promise<Context> => {
  const ministack = await startMiniStack(folder);
  // For the clients in this process: nothing of the machine's own settings is to reach them.
  for (const name of Object.keys(process.env))
    if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, awsEnvironment(ministack.url));
  return { ministack, workspace: makeWorkspace(folder, ministack.url), trace, report, tell };
};

const runAll = async (tally: Tally, options: Options): Promise<void> => {
  const folder = makeFolder();
  const clear = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", clear);
  let context: Context | undefined;
  const isUp = await timed(tally, "MiniStack", async () => {
    context = await openContext(folder, options);
    return `at ${context.ministack.url}`;
  });
  if (isUp && context !== undefined) await runPhases(tally, context);
  await timed(tally, "nothing is left", async () => {
    await context?.ministack.stop();
    clear();
    const left = leftBehind(folder);
    if (left.length > 0) throw new Error(left.join("\n"));
    return "no process and no folder of this run";
  });
};

const main = async (): Promise<number> => {
  const options: Options = program.parse().opts();
  if (options.report !== undefined) accessSync(dirname(resolve(options.report)), constants.W_OK);
  if (options.trace !== undefined) accessSync(options.trace, constants.R_OK);
  listenForInterrupt(() => process.exit(INTERRUPTED));
  const from = performance.now();
  const tally: Tally = { passed: 0, failed: 0 };
  await runAll(tally, options);
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  const skipped = STEPS - tally.passed - tally.failed;
  const rest = skipped === 0 ? "" : `, ${skipped} not run`;
  console.log(`deploy: ${tally.passed} passed, ${tally.failed} failed${rest}; ${seconds} s`);
  return tally.failed === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`deploy: ${messageOf(error)}`);
  process.exitCode = 1;
}

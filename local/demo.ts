/**
 * The whole bus in one command: starts it in a temporary folder, plays a trace through its HTTP
 * API, waits until every consumer has everything, proves it, prints one table, and leaves nothing
 * behind. Exit code 0 means that the audit holds.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { auditOrders } from "../cli/audit/audit-orders.ts";
import { describeAudit } from "../cli/audit/describe-audit.ts";
import { count, describeFigures } from "../cli/describe-figures.ts";
import { DEFAULT_ORDERS, generateTrace } from "../cli/generate-trace.ts";
import { httpSender } from "../cli/http-sender.ts";
import { killAtRandom } from "../cli/kill-at-random.ts";
import { listenForInterrupt } from "../cli/listen-for-interrupt.ts";
import { type Played, playTrace } from "../cli/play-trace.ts";
import { readFigures } from "../cli/read-figures.ts";
import { readOutputs } from "../cli/read-outputs.ts";
import { measureTrace, readTrace } from "../cli/read-trace.ts";
import { showProgress } from "../cli/show-progress.ts";
import { connectToStage, type Stage } from "../cli/stage-clients.ts";
import type { NumberedLine } from "../cli/trace-line.ts";
import { eventsPerSecond, type Measured, traceReport } from "../cli/trace-report.ts";
import { waitUntilDrained } from "../cli/wait-until-drained.ts";
import { describeCpu } from "./describe-cpu.ts";
import { type EmbeddedBus, startEmbeddedBus } from "./embedded-bus.ts";
import { outputsPath } from "./outputs-file.ts";
import { tellAdmission } from "./tell-admission.ts";

type DemoOptions = {
  readonly trace?: string;
  readonly orders: number;
  readonly seed: number;
  readonly report?: string;
  readonly twice?: true;
  readonly kill?: number;
  readonly keep?: true;
};

/** What a killed function held comes back after 6 times its timeout, so that is kept short. */
const SETTINGS_FOR_KILLS = { timeoutSeconds: 2, outageFloorSeconds: 600 };
const MEMORY_EVERY_MS = 3_000;
const BUNDLED_SEED = 1;

type Source = { readonly size: number; readonly lines: () => AsyncIterable<NumberedLine> };

const openTrace = async ({ trace, seed, orders }: DemoOptions): Promise<Source> => {
  if (trace !== undefined) {
    return { size: (await measureTrace(trace)).lines, lines: () => readTrace(trace) };
  }
  const lines = generateTrace(seed, orders);
  return {
    size: lines.length,
    lines: async function* () {
      for (const [index, line] of lines.entries()) yield { number: index + 1, line };
    },
  };
};

const seconds = (sinceMs: number): number => (performance.now() - sinceMs) / 1_000;

const watchMemory = (bus: EmbeddedBus) => {
  let peak = bus.memoryBytes();
  const look = () => {
    peak = Math.max(peak, bus.memoryBytes());
    return peak;
  };
  const timer = setInterval(look, MEMORY_EVERY_MS);
  return { peakBytes: look, stop: () => clearInterval(timer) };
};

type Run = {
  readonly bus: EmbeddedBus;
  readonly stage: Stage;
  readonly source: Source;
  readonly options: DemoOptions;
  readonly signal: AbortSignal;
};

const play = async ({ bus, source, options, signal }: Run): Promise<Played> => {
  const { send, close } = httpSender(bus.apiUrl);
  const progress = showProgress("play", source.size);
  const killer =
    options.kill === undefined
      ? undefined
      : killAtRandom({
          seed: options.kill,
          functionNames: bus.functionNames,
          kill: bus.killFunction,
        });
  try {
    return await playTrace({
      lines: source.lines(),
      send,
      signal,
      each: options.twice ? "twice" : "once",
      onPlayed: (played) => {
        progress.update(played);
        killer?.onPlayed(played);
      },
    });
  } finally {
    progress.stop();
    close();
    if (killer !== undefined) console.error(`killed functions ${killer.kills()} times`);
  }
};

const drain = async ({ stage, signal }: Run): Promise<void> => {
  const progress = showProgress("drain", 0);
  try {
    await waitUntilDrained(stage, { signal, onProgress: progress.update });
  } finally {
    progress.stop();
  }
};

type Cost = { readonly startSeconds: number; readonly peakBytes: number; readonly cpu: string };

const print = (measured: Measured, { startSeconds, peakBytes, cpu }: Cost): void => {
  const { played, drainSeconds, figures, audit } = measured;
  const { lines, refused, retries } = played;
  console.log(describeFigures(figures, audit));
  console.log(
    `${count(lines)} steps played, ${count(refused)} refused by the order's state, ` +
      `${count(retries)} calls made again`,
  );
  console.log(
    `${Math.round(eventsPerSecond(measured))} events/s from the API call to all effects: ` +
      `play ${played.seconds.toFixed(1)} s, drain ${drainSeconds.toFixed(1)} s ` +
      `(start ${startSeconds.toFixed(1)} s); memory at most ${Math.round(peakBytes / 2 ** 20)} MB`,
  );
  console.log(`processor time of what still runs: ${cpu}`);
  console.log(describeAudit(audit));
};

const runOn = async (run: Run, startSeconds: number): Promise<boolean> => {
  const memory = watchMemory(run.bus);
  try {
    const played = await play(run);
    const playedAt = performance.now();
    await drain(run);
    const drainSeconds = seconds(playedAt);
    const cpu = describeCpu(run.bus);
    const audit = await auditOrders(run.stage);
    const measured = { played, drainSeconds, audit, figures: await readFigures(run.stage) };
    print(measured, { startSeconds, peakBytes: memory.peakBytes(), cpu });
    const { report } = run.options;
    if (report !== undefined) {
      writeFileSync(report, `${JSON.stringify(traceReport(measured), null, 2)}\n`);
    }
    return audit.ok;
  } finally {
    memory.stop();
  }
};

const runDemo = async (options: DemoOptions, signal: AbortSignal): Promise<boolean> => {
  const source = await openTrace(options);
  const dataDir = mkdtempSync(join(tmpdir(), "order-event-bus-"));
  let bus: EmbeddedBus | undefined;
  let close = () => {};
  try {
    const startedAt = performance.now();
    bus = await startEmbeddedBus({
      dataDir,
      context: options.kill === undefined ? {} : { settings: SETTINGS_FOR_KILLS },
      onProgress: (text) => console.error(`${text} …`),
      onMetric: tellAdmission(console.error),
    });
    signal.throwIfAborted();
    const stage = connectToStage(await readOutputs({ outputsFile: outputsPath(dataDir) }));
    close = stage.close;
    return await runOn({ bus, stage, source, options, signal }, seconds(startedAt));
  } finally {
    close();
    await bus?.stop();
    if (options.keep) console.error(`kept: ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
};

const wholeNumber = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Allowed: a whole number from 0.");
};

const program = new Command("demo")
  .description(
    "Starts the bus in a temporary folder, plays a trace of orders through its HTTP API, waits " +
      "until all consumers are done, audits, and prints what their tables hold.",
  )
  .option("--trace <file>", "play this trace instead of the bundled, generated one")
  .option("--orders <count>", "orders of the generated trace", wholeNumber, DEFAULT_ORDERS)
  .option("--seed <number>", "seed of the generated trace", wholeNumber, BUNDLED_SEED)
  .option("--report <file>", "write the figures as JSON")
  .option("--twice", "send every request twice")
  .option("--kill <seed>", "kill functions at random moments while playing", wholeNumber)
  .option("--keep", "keep the temporary folder, with the functions' logs")
  .addHelpText(
    "after",
    "\nNeeds Linux on x64; elsewhere, set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB of your own, " +
      "such as DynamoDB Local.\nExit code 0: the audit holds.",
  );

const INTERRUPTED = 130;
const main = async (): Promise<number> => {
  const options: DemoOptions = program.parse().opts();
  const controller = new AbortController();
  listenForInterrupt(() => {
    console.error("Stopping …");
    controller.abort(new Error("interrupted"));
  });
  const { signal } = controller;
  try {
    return (await runDemo(options, signal)) ? 0 : 1;
  } catch (error) {
    if (signal.aborted) console.error("interrupted: nothing was proved");
    else console.error(`demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return signal.aborted ? INTERRUPTED : 1;
  }
};

process.exitCode = await main();

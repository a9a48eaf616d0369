/** `npm run bench`: measures the bus side by side with what people would use instead. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { CommanderError } from "commander";
import { EXIT, type ExitCode } from "../cli/exit-codes.ts";
import { DEFAULT_ORDERS } from "../cli/generate-trace.ts";
import { listenForInterrupt } from "../cli/listen-for-interrupt.ts";
import { readTrace } from "../cli/read-trace.ts";
import type { TraceLine } from "../cli/trace-line.ts";
import { isUsageError, usageError } from "../cli/usage-error.ts";
import { type BenchOptions, exitCodeOf, readBenchOptions } from "./bench-options.ts";
import { marketDay } from "./market-day.ts";
import { parts } from "./parts.ts";
import { type BenchReport, readReport } from "./report/bench-report.ts";
import { composeReport, mergeReports, refuseOtherMachine } from "./report/compose-report.ts";
import { describeMachine } from "./report/describe-machine.ts";
import { describeReport, summaryOf } from "./report/describe-report.ts";
import { readVersions } from "./report/read-versions.ts";
import { type BenchTrace, type Ran, runParts } from "./run-parts.ts";

const SEED = 1;

const openTrace = async (file: string | undefined): Promise<BenchTrace> => {
  if (file === undefined) {
    const from = `${DEFAULT_ORDERS} orders made up from seed ${SEED}, with a marketplace's baskets`;
    return { from, lines: marketDay(SEED, DEFAULT_ORDERS) };
  }
  const lines: TraceLine[] = [];
  try {
    for await (const { line } of readTrace(file)) lines.push(line);
  } catch (error) {
    throw usageError((error as Error).message);
  }
  if (lines.length === 0) throw usageError(`the trace ${file} has no lines; give one with orders`);
  return { from: `${lines.length} lines of ${basename(file)}`, lines };
};

const writeReport = (file: string, report: BenchReport): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
};

const startedMs = performance.now();

const tellProgress = (text: string): void => {
  const seconds = (performance.now() - startedMs) / 1_000;
  console.error(`${seconds.toFixed(0).padStart(5)} s  ${text}`);
};

const judge = ({ failed, reach }: BenchReport): ExitCode => {
  if (failed.length > 0) return EXIT.unreachable;
  return reach.every(({ ok }) => ok) ? EXIT.done : EXIT.fault;
};

/** Keeps what is measured so far, with what stays of an earlier report. */
const openReport = ({ report: file, merge }: BenchOptions) => {
  const state = { machine: describeMachine(), versions: readVersions() };
  const earlier = merge && file !== undefined && existsSync(file) ? readReport(file) : undefined;
  if (earlier !== undefined) refuseOtherMachine(earlier, { ...state, parts: [], failed: [] });
  const names = parts.map(({ name }) => name);
  const save = (ran: Ran): void => {
    if (file === undefined) return;
    const now = { ...state, ...ran };
    writeReport(
      file,
      earlier === undefined ? composeReport(now) : mergeReports(earlier, now, names),
    );
  };
  return { state, save };
};

const bench = async (options: BenchOptions, signal: AbortSignal): Promise<ExitCode> => {
  const { state, save } = openReport(options);
  const trace = await openTrace(options.trace);
  const ran = await runParts({
    ...{ parts: options.parts, rounds: options.rounds, trace, signal },
    ...{ versions: state.versions, onProgress: tellProgress, onPart: save },
  });
  const report = composeReport({ ...state, ...ran });
  if (ran.parts.length > 0) console.log(describeReport(report));
  if (signal.aborted) {
    console.log(`interrupted after ${ran.parts.length} of ${options.parts.length} parts`);
    return EXIT.interrupted;
  }
  console.log(summaryOf(report));
  return judge(report);
};

const run = async (argv: readonly string[]): Promise<number> => {
  const controller = new AbortController();
  try {
    const options = readBenchOptions(argv, parts);
    if (options.list) {
      for (const { name, summary } of options.parts) console.log(`${name.padEnd(12)} ${summary}`);
      return EXIT.done;
    }
    listenForInterrupt(() => controller.abort(new Error("interrupted")));
    return await bench(options, controller.signal);
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    if (controller.signal.aborted) return EXIT.interrupted;
    return isUsageError(error) ? EXIT.usage : EXIT.unreachable;
  }
};

process.exitCode = await run(process.argv.slice(2));

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { count, countOf } from "../describe-figures.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { HttpSender } from "../http-sender.ts";
import { openOrderApi } from "../open-order-api.ts";
import { parseCount } from "../parse-count.ts";
import { openPlayJournal, type PlayJournal, withoutDone } from "../play-journal.ts";
import { DEFAULT_CONCURRENCY, type Played, playTrace } from "../play-trace.ts";
import { measureTrace, readTrace, type TraceSize } from "../read-trace.ts";
import { defaultPatience } from "../send-patiently.ts";
import { showProgress } from "../show-progress.ts";
import { jsonOption, stageCommand, tellError } from "../stage-command.ts";

type Options = {
  readonly concurrency: number;
  readonly journal?: string;
  readonly json?: true;
};

const summaryOf = ({ lines, accepted, refused, retries, seconds }: Played): string =>
  `${countOf(lines, "step")} played in ${seconds.toFixed(1)} s: ${count(accepted)} accepted, ` +
  `${count(refused)} refused by the order's state, ${countOf(retries, "call")} made again`;

type Play = {
  readonly file: string;
  readonly size: TraceSize;
  readonly journal: PlayJournal | undefined;
  readonly send: HttpSender["send"];
  readonly options: Options;
  readonly signal: AbortSignal;
};

const tellStop = (error: unknown, done: string, { journal }: Options): void => {
  const why = error instanceof Error ? error.message : String(error);
  const next =
    journal === undefined
      ? "Played again, no step is taken twice, but one that was refused may be taken then: with " +
        "--journal a run goes on exactly."
      : "Play the same file again with the same journal to go on.";
  console.error(`bus play: stopped after ${done}: ${why}\n${next}`);
};

const play = async ({ file, size, journal, send, options, signal }: Play): Promise<ExitCode> => {
  const before = journal?.done.size ?? 0;
  const progress = showProgress("play", size.lines);
  let done = before;
  try {
    const lines = readTrace(file);
    const played = await playTrace({
      ...{ send, concurrency: options.concurrency, signal },
      lines: journal === undefined ? lines : withoutDone(lines, journal.done),
      // At Ctrl-C a call that waits for its next try is given up.
      patience: { ...defaultPatience, wait: (ms) => sleep(ms, undefined, { signal }) },
      onPlayed: (count, line) => {
        journal?.note(line);
        done = before + count;
        progress.update(done);
      },
    });
    progress.stop();
    const earlier = before === 0 ? "" : `; ${count(before)} were done before`;
    console.log(options.json ? JSON.stringify(played) : `${summaryOf(played)}${earlier}`);
    return EXIT.done;
  } catch (error) {
    progress.stop();
    tellStop(error, `${count(done)} of ${countOf(size.lines, "step")}`, options);
    return EXIT.fault;
  }
};

/** `bus play FILE`: plays a trace of orders through a stage's order API. */
export const playCommand = (): Command => {
  const command = stageCommand<Options>("play", async ({ stage, args, options, signal }) => {
    const [file = ""] = args;
    const { stackName } = stage.outputs;
    let size: TraceSize;
    let journal: PlayJournal | undefined;
    try {
      size = await measureTrace(file);
      if (options.journal !== undefined) {
        journal = await openPlayJournal(options.journal, { trace: file, stackName });
      }
    } catch (error) {
      tellError(command, error);
      return EXIT.usage;
    }
    const { send, close } = openOrderApi(stage.outputs);
    try {
      return await play({ file, size, journal, send, options, signal });
    } finally {
      close();
      journal?.close();
    }
  });
  return command
    .summary("play a trace of orders through the order API")
    .description(
      "Plays a file of order steps through a stage's order API: many orders at a time, the steps " +
        "of one order one after the other. It places real orders on that stage.",
    )
    .argument(
      "<file>",
      'one JSON object a line, such as {"at":"2025-03-14T09:00:00.000Z","orderId":"a-1","action":"pay"}',
    )
    .option("--concurrency <calls>", "calls at a time", parseCount, DEFAULT_CONCURRENCY)
    .option("--journal <file>", "note there what is done, and go on from what is noted there")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The file is checked as a whole before its first step is played. Each line's idempotency key is the
same in every run, so no step is taken twice. A step that the order's state does not allow is counted
and is no fault; in another run it may be taken, unless a journal says that it is done. So play a
long file with --journal: a run that broke off is started again, and goes on exactly where it was.
Exit code 1: a step got no final answer.

Example:
  bus play orders.ndjson --journal orders.journal --stage dev`,
    );
};

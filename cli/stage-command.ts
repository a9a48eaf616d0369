import { Command, Option } from "commander";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { listenForInterrupt } from "./listen-for-interrupt.ts";
import { connectToStage, type Stage } from "./stage-clients.ts";
import { addStageOption, readStage, type StageOption } from "./stage-option.ts";
import { isUsageError } from "./usage-error.ts";

/** What a command's work is given. */
export type StageWork<O extends object> = {
  readonly stage: Stage;
  readonly options: O;
  /** As its arguments were declared; one that is optional may be missing. */
  readonly args: readonly string[];
  /** Aborted at the first Ctrl-C: end what has begun, begin nothing more. */
  readonly signal: AbortSignal;
};

export const jsonOption = (): Option => new Option("--json", "print one JSON document");

/** In one line: what a person can act upon. */
export const tellError = (command: Command, error: unknown): void => {
  const text = error instanceof Error ? error.message || error.name : String(error);
  console.error(`bus ${command.name()}: ${text}`);
};

const runOnStage = async <O extends object>(
  command: Command,
  run: (work: StageWork<O>) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const controller = new AbortController();
  listenForInterrupt(() => controller.abort(new Error("interrupted")));
  const { signal } = controller;
  try {
    const stage = connectToStage(await readStage(command.opts<StageOption>()));
    try {
      const work = { stage, options: command.opts<O>(), args: command.processedArgs, signal };
      const code = await run(work);
      return signal.aborted ? EXIT.interrupted : code;
    } finally {
      stage.close();
    }
  } catch (error) {
    tellError(command, error);
    if (signal.aborted) return EXIT.interrupted;
    return isUsageError(error) ? EXIT.usage : EXIT.unreachable;
  }
};

/** A command that works on one stage: it is told which, connected to it, and its code is set. */
export const stageCommand = <O extends object = object>(
  name: string,
  run: (work: StageWork<O>) => Promise<ExitCode>,
): Command =>
  addStageOption(new Command(name)).action(async (...parameters: unknown[]) => {
    process.exitCode = await runOnStage(parameters.at(-1) as Command, run);
  });

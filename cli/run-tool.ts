import type { Command } from "commander";
import { connectToStage, type Stage } from "./stage-clients.ts";
import { readStage, type StageOption } from "./stage-option.ts";

/**
 * Reads the command line, and runs a tool on the stage that it names. Exit code 1: the tool found a
 * fault, or could not do its work, which is then said in one line.
 */
export const runTool = async (
  program: Command,
  run: (stage: Stage) => Promise<boolean>,
): Promise<void> => {
  try {
    const stage = connectToStage(await readStage(program.parse().opts<StageOption>()));
    try {
      process.exitCode = (await run(stage)) ? 0 : 1;
    } finally {
      stage.close();
    }
  } catch (error) {
    console.error(`${program.name()}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
};

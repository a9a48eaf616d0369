/** How every command is told which stage it is about. */
import { join } from "node:path";
import type { Command } from "commander";
import { DEFAULT_STAGE, readOutputs } from "./read-outputs.ts";
import type { StageOutputs } from "./stage-outputs.ts";

export type StageOption = {
  readonly stage?: string;
  readonly outputs?: string;
  readonly local?: string | true;
};

const LOCAL_DATA = ".bus";

export const addStageOption = (program: Command): Command =>
  program
    .option("--stage <name>", `the stack OrderEventBus-NAME; default: ${DEFAULT_STAGE}`)
    .option("--outputs <file>", "or its outputs, as cdk deploy --outputs-file writes them")
    .option("--local [folder]", `or the bus of npm start, by its data folder (${LOCAL_DATA})`);

const outputsFile = ({ outputs, local }: StageOption): string | undefined =>
  local === undefined ? outputs : join(local === true ? LOCAL_DATA : local, "outputs.json");

export const readStage = (option: StageOption): Promise<StageOutputs> => {
  const file = outputsFile(option);
  return readOutputs({
    ...(option.stage === undefined ? {} : { stage: option.stage }),
    ...(file === undefined ? {} : { outputsFile: file }),
  });
};

/** The same said again, to be put after a command. */
export const stageWords = ({ stage, outputs, local }: StageOption): string => {
  if (local !== undefined) return local === true ? " --local" : ` --local ${local}`;
  if (outputs === undefined) return stage === undefined ? "" : ` --stage ${stage}`;
  return `${stage === undefined ? "" : ` --stage ${stage}`} --outputs ${outputs}`;
};

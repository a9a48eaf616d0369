/** How every tool is told which stage it is about. */
import type { Command } from "commander";
import { DEFAULT_STAGE, readOutputs } from "./read-outputs.ts";
import type { StageOutputs } from "./stage-outputs.ts";

export type StageOption = { readonly stage?: string; readonly outputs?: string };

export const addStageOption = (program: Command): Command =>
  program
    .option("--stage <name>", `the stack OrderEventBus-NAME; default: ${DEFAULT_STAGE}`)
    .option("--outputs <file>", "or its outputs, as cdk deploy --outputs-file writes them");

export const readStage = ({ stage, outputs }: StageOption): Promise<StageOutputs> =>
  readOutputs({
    ...(stage === undefined ? {} : { stage }),
    ...(outputs === undefined ? {} : { outputsFile: outputs }),
  });

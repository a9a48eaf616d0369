import type { Command } from "commander";
import { describeAlarms } from "../alarms/describe-alarms.ts";
import { readAlarms } from "../alarms/read-alarms.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

type Options = { readonly json?: true; readonly all?: true };

/** `bus alarms`: what rings, since when, and where the runbook tells what to do. */
export const alarmsCommand = (): Command =>
  stageCommand<Options>("alarms", async ({ stage, options, signal }) => {
    const alarms = await readAlarms(stage, { signal });
    const shown = options.all ? (["rings", "no data", "quiet"] as const) : (["rings"] as const);
    console.log(
      options.json ? JSON.stringify(alarms) : describeAlarms(alarms, { shown, nowMs: Date.now() }),
    );
    return alarms.some(({ state }) => state === "rings") ? EXIT.fault : EXIT.done;
  })
    .summary("show which alarms ring, and where the runbook tells what to do")
    .description(
      "Shows the stage's alarms that ring: since when, what has happened, and the section of the " +
        "runbook. What is told by a combined alarm is a part of one: it wakes nobody itself. " +
        "It writes nothing.",
    )
    .option("--all", "those that are quiet, too")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code 1: an alarm rings. --json prints all of them.

Examples:
  bus alarms --stage prod
  bus alarms --stage prod --json | jq -r '.[] | select(.state == "rings") | .runbook'`,
    );

import type { Command } from "commander";
import { EXIT } from "../exit-codes.ts";
import { pausableNamed } from "../pausable.ts";
import { stageCommand } from "../stage-command.ts";
import { switchMapping } from "../switch-mapping.ts";

/** `bus resume CONSUMER`: a paused one goes on. */
export const resumeCommand = (): Command =>
  stageCommand("resume", async ({ stage, args, signal }) => {
    const paused = pausableNamed(stage.outputs, args[0] ?? "");
    const done = await switchMapping(stage, paused, "Enabled", signal);
    console.log(`${paused.name} ${done === "was so" ? "was running already" : "runs again"}`);
    return EXIT.done;
  })
    .summary("let a paused consumer go on")
    .description("Enables the event source mapping of a consumer that was paused: it goes on.")
    .argument("<consumer>", "its name; of several generations the newest. Or relay")
    .addHelpText(
      "after",
      `
Not for a new consumer that was deployed with \`paused: true\`: bus backfill gives it the history
first and resumes it then. Without its history, what comes is parked, then dead.

Example:
  bus resume loyalty --stage prod`,
    );

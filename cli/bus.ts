#!/usr/bin/env node
/** `bus`: what the person on call types. Each command is one file of `cli/commands`. */
import { Command, type CommanderError } from "commander";
import { admissionCommand } from "./commands/admission-command.ts";
import { alarmsCommand } from "./commands/alarms-command.ts";
import { auditCommand } from "./commands/audit-command.ts";
import { backfillCommand } from "./commands/backfill-command.ts";
import { consoleCommand } from "./commands/console-command.ts";
import { dlqCommand } from "./commands/dlq-command.ts";
import { eraseCommand } from "./commands/erase-command.ts";
import { orderCommand } from "./commands/order-command.ts";
import { pauseCommand } from "./commands/pause-command.ts";
import { planCommand } from "./commands/plan-command.ts";
import { playCommand } from "./commands/play-command.ts";
import { replayCommand } from "./commands/replay-command.ts";
import { republishCommand } from "./commands/republish-command.ts";
import { resumeCommand } from "./commands/resume-command.ts";
import { seedWatermarksCommand } from "./commands/seed-watermarks-command.ts";
import { statusCommand } from "./commands/status-command.ts";
import { EXIT, EXIT_CODES_HELP } from "./exit-codes.ts";

const program = new Command("bus")
  .description(
    "Looks at an order event bus and mends it: on AWS, on an emulator, or on this machine.",
  )
  .addCommand(admissionCommand())
  .addCommand(alarmsCommand())
  .addCommand(auditCommand())
  .addCommand(backfillCommand())
  .addCommand(consoleCommand())
  .addCommand(dlqCommand())
  .addCommand(eraseCommand())
  .addCommand(orderCommand())
  .addCommand(pauseCommand())
  .addCommand(planCommand())
  .addCommand(playCommand())
  .addCommand(replayCommand())
  .addCommand(republishCommand())
  .addCommand(resumeCommand())
  .addCommand(seedWatermarksCommand())
  .addCommand(statusCommand())
  .addHelpText(
    "after",
    `
Each command but plan takes --stage NAME (the AWS SDK's usual credentials, region and AWS_ENDPOINT_URL),
or --local for the bus of npm start. \`bus COMMAND --help\` has an example of each.
${EXIT_CODES_HELP}`,
  );

const endWith = (error: CommanderError): never =>
  process.exit(error.exitCode === EXIT.done ? EXIT.done : EXIT.usage);

const tellUsage = (command: Command): void => {
  command.exitOverride(endWith).showHelpAfterError("(see --help)");
  for (const inner of command.commands) tellUsage(inner);
};

tellUsage(program);
await program.parseAsync();

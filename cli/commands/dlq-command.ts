import { Command } from "commander";
import { dlqDiscardCommand } from "./dlq-discard-command.ts";
import { dlqListCommand } from "./dlq-list-command.ts";
import { dlqRedriveCommand } from "./dlq-redrive-command.ts";
import { dlqShowCommand } from "./dlq-show-command.ts";

/** `bus dlq …`: all that can be done with dead letters. */
export const dlqCommand = (): Command =>
  new Command("dlq")
    .summary("list, redrive and discard dead letters")
    .description("Works the dead letters of a consumer.")
    .addCommand(dlqDiscardCommand())
    .addCommand(dlqListCommand())
    .addCommand(dlqRedriveCommand())
    .addCommand(dlqShowCommand())
    .addHelpText("after", "\nExample:\n  bus dlq list fraud --stage prod");

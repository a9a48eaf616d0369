import { Command } from "commander";
import { dlqDiscardCommand } from "./dlq-discard-command.ts";
import { dlqListCommand } from "./dlq-list-command.ts";
import { dlqRedriveCommand } from "./dlq-redrive-command.ts";
import { dlqRelayCommand } from "./dlq-relay-command.ts";
import { dlqShowCommand } from "./dlq-show-command.ts";
import { dlqSubscriptionCommand } from "./dlq-subscription-command.ts";

/** `bus dlq …`: all that can be done with dead letters. */
export const dlqCommand = (): Command =>
  new Command("dlq")
    .summary("list, redrive and discard dead letters")
    .description(
      "Works what could not be done: a consumer's dead letters, what SNS could not deliver to it, and " +
        "what the relay could not send.",
    )
    .addCommand(dlqDiscardCommand())
    .addCommand(dlqListCommand())
    .addCommand(dlqRedriveCommand())
    .addCommand(dlqRelayCommand())
    .addCommand(dlqShowCommand())
    .addCommand(dlqSubscriptionCommand())
    .addHelpText("after", "\nExample:\n  bus dlq list fraud --stage prod");

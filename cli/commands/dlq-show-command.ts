import type { Command } from "commander";
import { describeOrder } from "../dead-letters/describe-order.ts";
import { showDeadOrder } from "../dead-letters/show-dead-order.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

type Options = { readonly json?: boolean; readonly body?: boolean };

/** `bus dlq show CONSUMER ORDER`: why this order is dead there, in full. */
export const dlqShowCommand = (): Command =>
  stageCommand<Options>("show", async ({ stage, args, options, signal }) => {
    const [consumer = "", orderId = ""] = args;
    const body = options.body === true ? "show" : "leave out";
    const shown = await showDeadOrder(stage, { consumer, orderId }, { body, signal });
    console.log(options.json ? JSON.stringify(shown) : describeOrder(shown, Date.now()));
    return shown.dead === undefined ? EXIT.done : EXIT.fault;
  })
    .summary("why one order is dead, in full")
    .description("Shows the decision, the error with its stack, the attempts, and the followers.")
    .argument("<consumer>", "its name; of several generations the newest")
    .argument("<order>", "the order's id, as bus dlq list shows it")
    .option("--body", "also the letter's body, which is customer data")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 0 says that nothing of it is dead there, 1 that something is.\n\n" +
        "Example:\n  bus dlq show fraud A-1001 --stage prod",
    );

import type { Command } from "commander";
import { describeList } from "../dead-letters/describe-list.ts";
import { describeLease } from "../dead-letters/describe-redrive.ts";
import { listDeadLetters } from "../dead-letters/list-dead-letters.ts";
import { EXIT } from "../exit-codes.ts";
import { parseCount } from "../parse-count.ts";
import { showProgress } from "../show-progress.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

type Options = { readonly json?: boolean; readonly limit: number };

const DEFAULT_LIMIT = 20;

/** `bus dlq list CONSUMER`: what is dead there, and why. */
export const dlqListCommand = (): Command =>
  stageCommand<Options>("list", async ({ stage, args, options, signal }) => {
    const progress = showProgress("looking", 0);
    const list = await listDeadLetters(stage, args[0] ?? "", {
      signal,
      onProgress: progress.update,
      onLook: (by) => console.error(`waiting: ${describeLease(by)}`),
    }).finally(progress.stop);
    const view = { nowMs: Date.now(), limit: options.limit };
    console.log(options.json ? JSON.stringify(list) : describeList(list, view));
    return list.orders.length === 0 && list.depth === 0 ? EXIT.done : EXIT.fault;
  })
    .summary("dead letters by cause, and order by order")
    .description(
      "Shows the dead letters of a consumer: first by cause, then each order with its dead event " +
        "(the root) and how many followers wait behind it. A FIFO queue shows only the first letter " +
        "of an order, so followers are counted by the order's events. It looks at each order's " +
        "letter for a moment and gives it back; until then no other look or redrive begins.",
    )
    .argument("<consumer>", "its name; of several generations the newest")
    .option("--limit <orders>", "orders shown one by one", parseCount, DEFAULT_LIMIT)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExit code 0 says that there is none, 1 that there are some.\n\n" +
        "Example:\n  bus dlq list fraud --stage prod",
    );

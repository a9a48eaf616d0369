import { Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import { clearRelayFailures, nothingCleared } from "../dead-letters/clear-relay-failures.ts";
import { describeCleared, describeRelay } from "../dead-letters/describe-relay.ts";
import { listRelayFailures } from "../dead-letters/list-relay-failures.ts";
import { EXIT } from "../exit-codes.ts";
import { parseCount } from "../parse-count.ts";
import { DEFAULT_EVENTS_PER_SECOND } from "../replay/carry-out-sends.ts";
import { showProgress } from "../show-progress.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

type Options = { readonly json?: boolean; readonly yes?: boolean; readonly rate: number };

const listCommand = (): Command =>
  stageCommand<Options>("list", async ({ stage, options, signal }) => {
    const failures = await listRelayFailures(stage, { signal });
    console.log(options.json ? JSON.stringify(failures) : describeRelay(failures, Date.now()));
    return failures.depth === 0 ? EXIT.done : EXIT.fault;
  })
    .summary("what the relay could not send")
    .description(
      "Shows the entries of the relay's parking queue: events that the topic can never take, and " +
        "stream records that were not sent within their day. Writes nothing.",
    )
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  bus dlq relay list --stage prod");

const clearCommand = (): Command =>
  stageCommand<Options>("clear", async ({ stage, options, signal }) => {
    const failures = await listRelayFailures(stage, { signal });
    console.error(describeRelay(failures, Date.now()));
    const leave = () => {
      if (options.json) console.log(JSON.stringify(nothingCleared(failures.depth)));
    };
    if (failures.depth === 0) {
      leave();
      return EXIT.done;
    }
    const question = "Republish their orders from the store, and clear what was taken?";
    if (!(await confirmAct({ question, yes: options.yes, signal }))) {
      leave();
      return EXIT.unconfirmed;
    }
    const progress = showProgress("sending", 0);
    const cleared = await clearRelayFailures(stage, {
      ...{ eventsPerSecond: options.rate, onProgress: progress.update, signal },
    }).finally(progress.stop);
    console.log(options.json ? JSON.stringify(cleared) : describeCleared(cleared));
    return cleared.removed === cleared.entries ? EXIT.done : EXIT.fault;
  })
    .summary("republish what the relay could not send, and clear its entries")
    .description(
      "Sends the orders of the relay's entries from the store to the topic again, each from the " +
        "event that was not sent, and removes an entry only when the topic has taken all of it. " +
        "For stream records these are the orders with an event in their time; they stay when the " +
        "store has fewer events of it than they were. Consumers drop what they have.",
    )
    .option("--rate <events>", "a second at most", parseCount, DEFAULT_EVENTS_PER_SECOND)
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  bus dlq relay clear --stage prod");

/** `bus dlq relay …`: the relay's parking queue, which is its stream's failure destination too. */
export const dlqRelayCommand = (): Command =>
  new Command("relay")
    .summary("what the relay could not send")
    .addCommand(clearCommand())
    .addCommand(listCommand())
    .addHelpText("after", "\nExample:\n  bus dlq relay list --stage prod");

import { Command } from "commander";
import { describeUndelivered } from "../dead-letters/describe-undelivered.ts";
import { listUndelivered } from "../dead-letters/list-undelivered.ts";
import { planUndelivered } from "../dead-letters/plan-undelivered.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";
import { addCarryOutOptions, type CarryOutOptions, carryOutRedrive } from "./carry-out-redrive.ts";

type ListOptions = { readonly json?: boolean };
type RedriveOptions = CarryOutOptions & { readonly order?: readonly string[] };

const listCommand = (): Command =>
  stageCommand<ListOptions>("list", async ({ stage, args, options, signal }) => {
    const list = await listUndelivered(stage, args[0] ?? "", { signal });
    console.log(options.json ? JSON.stringify(list) : describeUndelivered(list, Date.now()));
    return list.depth === 0 ? EXIT.done : EXIT.fault;
  })
    .summary("what SNS could not deliver to a consumer")
    .description(
      "Shows the orders with events that SNS could not deliver to the consumer's queue, and where " +
        "each order stands there. Writes nothing.",
    )
    .argument("<consumer>", "its name; of several generations the newest")
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  bus dlq subscription list fraud --stage prod");

const redriveCommand = (): Command =>
  addCarryOutOptions(
    stageCommand<RedriveOptions>("redrive", (work) => {
      const { order: orderIds } = work.options;
      return carryOutRedrive(work, (stage, consumer, options) =>
        planUndelivered(stage, consumer, { orderIds, ...options }),
      );
    })
      .argument("<consumer>", "its name; of several generations the newest")
      .option("--order <id...>", "only these orders"),
  )
    .summary("send what SNS could not deliver to its consumer")
    .description(
      "Sends what SNS could not deliver to the consumer's queue, each order's in sequence. SQS's own " +
        "redrive does not take these letters: it moves only what came from a queue.",
    )
    .addHelpText(
      "after",
      "\nMend the delivery first: the queue's policy, its key. Later events of these orders may be\n" +
        "dead letters by now: bus dlq redrive brings them home afterwards.\n\n" +
        "Example:\n  bus dlq subscription redrive fraud --stage prod",
    );

/** `bus dlq subscription …`: the dead-letter queue of a consumer's SNS subscription. */
export const dlqSubscriptionCommand = (): Command =>
  new Command("subscription")
    .summary("what SNS could not deliver")
    .addCommand(listCommand())
    .addCommand(redriveCommand())
    .addHelpText("after", "\nExample:\n  bus dlq subscription list fraud --stage prod");

import { type Command, Option } from "commander";
import { count } from "../describe-figures.ts";
import { EXIT } from "../exit-codes.ts";
import { parseCount } from "../parse-count.ts";
import { type GivenTimes, parseInstant, timeRangeOf } from "../parse-instant.ts";
import {
  carryOutSends,
  DEFAULT_EVENTS_PER_SECOND,
  type SendChoices,
} from "../replay/carry-out-sends.ts";
import type { OrderChoice } from "../replay/choose-orders.ts";
import { planReplay, replayOrders } from "../replay/replay-orders.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";
import { consumerNamed } from "../stage-outputs.ts";

type Options = SendChoices &
  GivenTimes & {
    readonly order?: readonly string[];
    readonly toConsumer: string;
  };

/** What is wrong with it, or what it chooses. */
const choiceOf = ({ order: orderIds, ...times }: Options): OrderChoice | string => {
  const within = timeRangeOf(times);
  if (typeof within === "string") return within;
  if (orderIds === undefined && within === undefined) {
    return "name --order ID, or --since and --until";
  }
  return {
    ...(orderIds === undefined ? {} : { orderIds }),
    ...(within === undefined ? {} : { within }),
  };
};

const upToDateNote = (upToDate: number): { readonly note?: string } =>
  upToDate === 0 ? {} : { note: `${count(upToDate)} more orders are whole there: none is sent` };

/** `bus replay --to-consumer NAME`: from the store straight to one consumer's queue. */
export const replayCommand = (): Command =>
  stageCommand<Options>("replay", async ({ stage, options, signal }) => {
    const choice = choiceOf(options);
    if (typeof choice === "string") {
      console.error(`bus replay: ${choice} (see --help)`);
      return EXIT.usage;
    }
    const consumer = consumerNamed(stage.outputs, options.toConsumer);
    const plan = await planReplay(stage, { ...choice, consumer }, signal);
    return carryOutSends({
      plan,
      ...{ to: `the queue of ${consumer.name}`, ...upToDateNote(plan.upToDate) },
      ...{ choices: options, signal },
      send: (send) => replayOrders(stage, { consumer, spans: plan.spans }, send),
    });
  })
    .summary("send events from the store to one consumer")
    .description(
      "Sends the events that one consumer lacks from the store straight to its queue, each order's " +
        "in sequence, from its watermark to the order's end. A watermark is never lowered: where " +
        "nothing is missing, nothing is sent, and nothing takes effect twice. So this fills gaps. " +
        "To do everything anew, deploy a new generation of the consumer and run bus backfill.",
    )
    .addOption(
      new Option("--to-consumer <name>", "of several generations the newest").makeOptionMandatory(),
    )
    .option("--order <id...>", "these orders")
    .option("--since <time>", "orders with an event from this time on", parseInstant)
    .option("--until <time>", "and before this time", parseInstant)
    .option("--rate <events>", "events a second", parseCount, DEFAULT_EVENTS_PER_SECOND)
    .addOption(new Option("--dry-run", "show what would be sent, and send nothing"))
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nWhat waits in the queue is sent once more, and dropped there.\n" +
        "An order stops at its first failure. A run that broke off is started again.\n\n" +
        "Examples:\n" +
        "  bus replay --order A-1001 --to-consumer fraud --stage prod\n" +
        "  bus replay --since 2026-11-20T10:00:00Z --until 2026-11-20T12:00:00Z --to-consumer fraud",
    );

import { type Command, Option } from "commander";
import { EXIT } from "../exit-codes.ts";
import { parseCount } from "../parse-count.ts";
import { type GivenTimes, parseInstant, timeRangeOf } from "../parse-instant.ts";
import {
  carryOutSends,
  DEFAULT_EVENTS_PER_SECOND,
  type SendChoices,
} from "../replay/carry-out-sends.ts";
import { planRepublish, republishOrders } from "../replay/republish-orders.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

type Options = SendChoices & GivenTimes & { readonly fromSequence?: number };

/** `bus republish [ORDER…]`: from the store to the topic, what the stream or the relay lost. */
export const republishCommand = (): Command =>
  stageCommand<Options>("republish", async ({ stage, args, options, signal }) => {
    const orderIds = args.flat();
    const { fromSequence } = options;
    const within = timeRangeOf(options);
    const fault =
      orderIds.length === 0 && within === undefined
        ? "name an order, or --since and --until"
        : within;
    if (typeof fault === "string" || typeof within === "string") {
      console.error(`bus republish: ${fault} (see --help)`);
      return EXIT.usage;
    }
    const choice = {
      ...(orderIds.length === 0 ? {} : { orderIds }),
      ...(within === undefined ? {} : { within }),
      ...(fromSequence === undefined ? {} : { fromSequence }),
    };
    const plan = await planRepublish(stage, choice, signal);
    const send = republishOrders.bind(undefined, stage, plan.spans);
    return carryOutSends({ plan, to: "the topic", choices: options, signal, send });
  })
    .summary("send events from the store to the topic again")
    .description(
      "Sends what the stream, the relay or the topic lost from the store to the topic again, each " +
        "order's events in sequence. Consumers drop what they have. SNS drops what it has taken " +
        "within the last 5 minutes: that was not lost.",
    )
    .argument("[order...]", "ids of orders; all of their events")
    .option("--from-sequence <number>", "only the events from this one on", parseCount)
    .option("--since <time>", "orders with an event from this time on, to their end", parseInstant)
    .option("--until <time>", "and before this time", parseInstant)
    .option("--rate <events>", "events a second", parseCount, DEFAULT_EVENTS_PER_SECOND)
    .addOption(new Option("--dry-run", "show what would be sent, and send nothing"))
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAn order stops at its first failure. A run that broke off is started again.\n\n" +
        "Examples:\n" +
        "  bus republish A-1001 --from-sequence 2 --stage prod\n" +
        "  bus republish --since 2026-11-20T10:00:00Z --until 2026-11-20T12:00:00Z",
    );

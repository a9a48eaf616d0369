import { type Command, InvalidArgumentError } from "commander";
import { type Backfilled, backfillConsumer, DEFAULT_CONCURRENCY } from "../backfill-consumer.ts";
import { expectPaused, invokeConsumer } from "../backfill-function.ts";
import { dueAt } from "../due-at.ts";
import { EXIT } from "../exit-codes.ts";
import { roughCount } from "../rough-count.ts";
import { showProgress } from "../show-progress.ts";
import type { Stage } from "../stage-clients.ts";
import { stageCommand } from "../stage-command.ts";
import { consumerNamed } from "../stage-outputs.ts";
import { switchMapping } from "../switch-mapping.ts";

type Options = {
  readonly concurrency: number;
  readonly resume: boolean;
};

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= 1_000) return number;
  throw new InvalidArgumentError("Allowed: a whole number from 1 to 1000.");
};

const summaryOf = (name: string, { orders, events, unfilled }: Backfilled, mapping: string) =>
  unfilled.length === 0
    ? `${name} has the history of all ${orders} orders (${events} events now); its mapping is ${mapping}`
    : `${name} lacks ${unfilled.length} of ${orders} orders (${events} events now); its mapping is ` +
      "still paused. Mend the cause, or discard the event, and run this again.";

const backfill = async (stage: Stage, name: string, options: Options): Promise<boolean> => {
  const consumer = consumerNamed(stage.outputs, name);
  await expectPaused(stage, consumer);
  const total = await roughCount(stage, stage.outputs.OrdersTable);
  const progress = showProgress("backfill", total);
  const done = await backfillConsumer(stage, {
    consumer: consumer.name,
    due: dueAt(stage.outputs, consumer),
    concurrency: options.concurrency,
    invoke: (event) => invokeConsumer(stage.lambda, consumer.functionName, event),
    onProgress: (orders) => progress.update(orders, Math.max(total, orders)),
  }).finally(progress.stop);
  for (const { orderId, why } of done.unfilled.slice(0, 10)) console.error(`${orderId}: ${why}`);
  const isWhole = done.unfilled.length === 0;
  // The stack's code must say so, too, before its next deploy.
  if (isWhole && options.resume) await switchMapping(stage, consumer, "Enabled");
  console.log(summaryOf(consumer.name, done, options.resume ? "enabled" : "still paused"));
  return isWhole;
};

/** `bus backfill CONSUMER`: gives a new, paused consumer every order's history. */
export const backfillCommand = (): Command =>
  stageCommand<Options>("backfill", async ({ stage, args, options }) =>
    (await backfill(stage, args[0] ?? "", options)) ? EXIT.done : EXIT.fault,
  )
    .summary("give a new consumer every order's history")
    .description(
      "Gives a new consumer every order's history from the store, while live traffic goes on and " +
        "waits in its queue; then lets the queue's events come. Deploy it with `paused: true` first.",
    )
    .argument("<consumer>", "its name; of several generations the newest")
    .option("--concurrency <calls>", "calls of its function", wholeNumber, DEFAULT_CONCURRENCY)
    .option("--no-resume", "leave its mapping paused at the end")
    .addHelpText(
      "after",
      "\nWhat is done is known by the consumer's rows: a run that broke off is started again.\n" +
        "A side effect outside DynamoDB happens for every event of the past, too.\n" +
        "Afterwards take `paused: true` out of the stack, before its next deploy.\n\n" +
        "Example:\n  bus backfill gift --stage prod",
    );

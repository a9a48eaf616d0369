import type { Command } from "commander";
import { EXIT } from "../exit-codes.ts";
import { describeTimeline } from "../order/describe-timeline.ts";
import { isStuck, nextSteps } from "../order/judge-timeline.ts";
import { readTimeline } from "../order/read-timeline.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

/** `bus order ID`: where each of an order's events is, and what holds it back. */
export const orderCommand = (): Command =>
  stageCommand<{ readonly json?: true }>("order", async ({ stage, args, options }) => {
    const [orderId = ""] = args;
    const timeline = await readTimeline(stage, orderId);
    if (timeline === undefined) {
      console.error(`bus order: there is no order ${orderId} in ${stage.outputs.stackName}`);
      return EXIT.fault;
    }
    const next = nextSteps(timeline);
    console.log(options.json ? JSON.stringify({ ...timeline, next }) : describeTimeline(timeline));
    return isStuck(timeline) ? EXIT.fault : EXIT.done;
  })
    .summary("show an order's timeline: what is stuck where, and why")
    .description(
      "Shows each event of an order with the time at which its step was taken, how far each " +
        "consumer has got with it, and what is stuck: attempts, cause and error of a dead event, " +
        "what waits behind it, what the relay could not send. It changes nothing.",
    )
    .argument("<id>", "the order's id")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
A consumer's row keeps when it applied the last event, so of those before it no time is told.
Exit code 1: there is no such order, or an event of it is dead, failing, parked at the relay, or
more than five minutes old with nothing on its way to a consumer that lacks it.

Example:
  bus order A-1001 --stage prod`,
    );

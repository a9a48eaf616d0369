import { type Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import {
  describeDiscard,
  describeDiscardPlan,
  describeNoLetter,
} from "../dead-letters/describe-discard.ts";
import {
  type DiscardResult,
  discardDeadEvent,
  planDiscard,
} from "../dead-letters/discard-dead-event.ts";
import { operatorName } from "../dead-letters/redrive-lease.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { jsonOption, type StageWork, stageCommand } from "../stage-command.ts";

type Options = {
  readonly why: string;
  readonly by?: string;
  readonly withoutLetter?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
};

const discard = async (work: StageWork<Options>): Promise<ExitCode> => {
  const { stage, args, options, signal } = work;
  const [consumer = "", orderId = ""] = args;
  const plan = await planDiscard(stage, { consumer, orderId }, { signal });
  if (plan === undefined) {
    console.error(
      `bus discard: the next event of order ${orderId} is not dead at ${consumer}; see bus dlq show`,
    );
    return EXIT.fault;
  }
  const letter = options.withoutLetter === true ? "may be gone" : "must be there";
  if (plan.letter === "not seen" && letter === "must be there") {
    console.log(
      options.json
        ? JSON.stringify({ kind: "no letter" } satisfies DiscardResult)
        : describeNoLetter(plan),
    );
    return EXIT.fault;
  }
  console.error(describeDiscardPlan(plan));
  const question = `Give event ${plan.seen.seq} of order ${orderId} up for good?`;
  if (!(await confirmAct({ question, yes: options.yes, signal }))) return EXIT.unconfirmed;
  const who = options.by ?? operatorName();
  const result = await discardDeadEvent(stage, plan, { who, why: options.why, letter, signal });
  console.log(options.json ? JSON.stringify(result) : describeDiscard(plan, result));
  const whole = result.kind === "discarded" && result.sequence >= result.toSequence;
  return whole ? EXIT.done : EXIT.fault;
};

/** `bus dlq discard CONSUMER ORDER`: gives a dead event up, and lets its followers go. */
export const dlqDiscardCommand = (): Command =>
  stageCommand<Options>("discard", discard)
    .summary("give a dead event up, and let its followers go")
    .description(
      "Moves the order's watermark past its dead event, without the event's effect, with a record of " +
        "who and why in the order's row. Removes its letter and redrives its followers. Only the " +
        "first dead event of an order can be discarded; where its followers fail in their turn, " +
        "it is done again.",
    )
    .argument("<consumer>", "its name; of several generations the newest")
    .argument("<order>", "the order's id, as bus dlq list shows it")
    .addOption(new Option("--why <reason>", "kept in the row").makeOptionMandatory())
    .option("--by <name>", "kept in the row; default: the user and machine")
    .option("--without-letter", "also when its letter is not in the dead-letter queue (any more)")
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nThe effect is lost for good at this consumer. Refused when the event is no longer as it was\n" +
        "shown, or its letter is not in the dead-letter queue: redriven, it may be applied any moment.\n" +
        "Only for a letter that is gone for good: --without-letter\n\n" +
        'Example:\n  bus dlq discard fraud A-1001 --why "test order of the launch, see #4711" --stage prod',
    );

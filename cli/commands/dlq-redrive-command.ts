import { type Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import { describePlan, describeResult } from "../dead-letters/describe-redrive.ts";
import { addFilterOptions, type FilterOptions, filterOf } from "../dead-letters/filter-options.ts";
import type { RedrivePlan } from "../dead-letters/plan.ts";
import { planRedrive } from "../dead-letters/plan-redrive.ts";
import {
  type RedriveOptions,
  type RedriveResult,
  redriveDeadLetters,
} from "../dead-letters/redrive-dead-letters.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { parseCount } from "../replay/parse-time-range.ts";
import { showProgress } from "../show-progress.ts";
import type { Stage } from "../stage-clients.ts";
import { jsonOption, type StageWork, stageCommand } from "../stage-command.ts";

type Options = FilterOptions & {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly rate: number;
  readonly canary: boolean;
  readonly canarySeconds: number;
  readonly asItLies?: boolean;
  readonly by?: string;
};

/** As fast as SQS's own redrive at most (2.10). */
const DEFAULT_RATE = 500;
const DEFAULT_CANARY_SECONDS = 120;

const show = (options: Options, value: object, text: string): void =>
  console.log(options.json ? JSON.stringify(value) : text);

const carryOut = async (
  stage: Stage,
  plan: RedrivePlan,
  options: Options,
  signal: AbortSignal,
): Promise<RedriveResult> => {
  const progress = showProgress("redrive", plan.letters);
  const chosen: RedriveOptions = {
    signal,
    ratePerSecond: options.rate,
    canarySeconds: options.canary ? options.canarySeconds : 0,
    ...(options.asItLies === true ? { order: "as it lies" } : {}),
    ...(options.by === undefined ? {} : { holder: options.by }),
    onProgress: ({ moved, letters }) => progress.update(moved, letters),
  };
  return redriveDeadLetters(stage, plan, chosen).finally(progress.stop);
};

const isWhole = (result: RedriveResult): boolean =>
  result.kind === "done" && result.notFound === 0 && result.failedSends === 0;

const redrive = async (work: StageWork<Options>): Promise<ExitCode> => {
  const { stage, args, options, signal } = work;
  const plan = await planRedrive(stage, args[0] ?? "", { filter: filterOf(options), signal });
  if (options.dryRun === true || plan.orders.length === 0) {
    show(options, plan, describePlan(plan));
    return EXIT.done;
  }
  // On standard error, so that what is piped on holds the result alone.
  console.error(describePlan(plan));
  const question = `Redrive ${plan.letters} letters of ${plan.orders.length} orders?`;
  if (!(await confirmAct({ question, yes: options.yes, signal }))) return EXIT.unconfirmed;
  const result = await carryOut(stage, plan, options, signal);
  show(options, result, describeResult(result));
  return isWhole(result) ? EXIT.done : EXIT.fault;
};

/** `bus dlq redrive CONSUMER`: back to the consumer's queue, order by order. */
export const dlqRedriveCommand = (): Command =>
  addFilterOptions(
    stageCommand<Options>("redrive", redrive).argument(
      "<consumer>",
      "its name; of several generations the newest",
    ),
  )
    .summary("send dead letters back to their consumer")
    .description(
      "Sends dead letters back to the consumer's queue, each order's in sequence and whole: its\n" +
        "first dead event decides whether it is meant. One order goes first; unless it is applied,\n" +
        "nothing more is sent. What is not in the plan is not touched, whenever it comes.",
    )
    .option("--rate <letters>", "a second at most", parseCount, DEFAULT_RATE)
    .option("--no-canary", "send all at once, without one order first")
    .option("--canary-seconds <n>", "wait so long for it", parseCount, DEFAULT_CANARY_SECONDS)
    .option("--as-it-lies", "also letters that lie before their predecessor in the queue")
    .option("--by <name>", "who holds the lease, for other operators to read")
    .addOption(new Option("--dry-run", "show what would be sent, and send nothing"))
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nRepair the cause first. A run that broke off is started again: what is left to do is read\n" +
        "anew. A letter is removed only when its send is confirmed; one that is sent twice takes\n" +
        "effect once. One operator at a time: a lease of 30 s, renewed while the run lasts.\n\n" +
        "Examples:\n" +
        "  bus dlq redrive fraud --dry-run --stage prod\n" +
        '  bus dlq redrive fraud --cause "attempts exhausted" --type order.paid --rate 50 --stage prod',
    );

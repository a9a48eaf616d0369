import { Command, InvalidArgumentError } from "commander";
import { EXIT } from "../exit-codes.ts";
import { describePlan } from "../plan/describe-plan.ts";
import { batchMsOf, costOfConsumer, measuredCosts } from "../plan/measured-costs.ts";
import { parseAmount, parseDuration } from "../plan/parse-amounts.ts";
import { type PlanRequest, planCatchUp } from "../plan/plan-catch-up.ts";
import { PLAN_DEFAULTS } from "../plan/plan-defaults.ts";
import { BATCH_EVENTS } from "../plan/quotas.ts";
import { jsonOption, tellError } from "../stage-command.ts";

type Options = {
  readonly backlog: number;
  readonly consumer: string;
  readonly within: number;
  readonly arriving: number;
  readonly orders?: number;
  readonly concurrency: number;
  readonly reservedElsewhere: number;
  readonly batchMs?: number;
  readonly region: string;
  readonly json?: boolean;
};

type Parse = (text: string, what: string) => number;

const refusable = (parse: Parse, what: string) => (text: string) => {
  try {
    return parse(text, what);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
};

const positive: Parse = (text, what) => {
  const count = parseAmount(text, what);
  if (count > 0) return count;
  throw new Error(`${what} is ${text}; allowed: 1 or more`);
};

const requestOf = (options: Options): PlanRequest => {
  const { consumer, backlog, within, arriving, concurrency, reservedElsewhere, region } = options;
  return {
    ...{ consumer, backlog, withinSeconds: within, arriving, concurrency },
    ...{ reservedElsewhere, region },
    orders: options.orders ?? Math.ceil(backlog / measuredCosts.eventsPerOrder),
    batchMs: options.batchMs ?? batchMsOf(costOfConsumer(consumer), BATCH_EVENTS),
    ...{ busyShare: PLAN_DEFAULTS.busyShare, memoryGb: PLAN_DEFAULTS.memoryGb },
  };
};

const plan = (options: Options) => {
  const cost = costOfConsumer(options.consumer);
  const planned = planCatchUp(requestOf(options), cost, measuredCosts.eventBytes);
  console.log(
    options.json
      ? JSON.stringify({ ...planned, measured: measuredCosts.how })
      : describePlan(planned, measuredCosts),
  );
  return planned.feasible ? EXIT.done : EXIT.fault;
};

const addOptions = (command: Command): Command =>
  command
    .requiredOption("--backlog <events>", "such as 250k or 100M", refusable(positive, "backlog"))
    .requiredOption("--consumer <name>", "whose backlog it is")
    .requiredOption("--within <time>", "such as 90m or 6h", refusable(parseDuration, "time"))
    .option(
      "--arriving <events>",
      "that come a second meanwhile",
      refusable(parseAmount, "rate"),
      0,
    )
    .option("--orders <count>", "different orders in it", refusable(positive, "orders"))
    .option(
      "--concurrency <slots>",
      "the mapping's limit now",
      refusable(positive, "limit"),
      PLAN_DEFAULTS.concurrency,
    )
    .option(
      "--reserved-elsewhere <slots>",
      "what other functions reserve",
      refusable(parseAmount, "reserved concurrency"),
      PLAN_DEFAULTS.reservedElsewhere,
    )
    .option(
      "--batch-ms <ms>",
      "how long a batch of ten takes: the function's Duration in CloudWatch",
      refusable(positive, "time of a batch"),
    )
    .option("--region <name>", "for the quotas of SQS", "us-east-1")
    .addOption(jsonOption());

/** `bus plan`: what a backlog needs, before there is one. It asks no stage anything. */
export const planCommand = (): Command =>
  addOptions(new Command("plan"))
    .summary("what a backlog needs to be caught up in time")
    .description(
      "Says what a backlog of a consumer needs to be caught up within a time: concurrency, quotas to " +
        "raise, write capacity, money, and what the other consumers feel, each with its arithmetic. Costs " +
        "of one event were counted on the embedded bus; quotas are those that AWS documents. It asks no " +
        "stage anything, and changes nothing.",
    )
    .action((options: Options, command: Command) => {
      try {
        process.exitCode = plan(options);
      } catch (error) {
        tellError(command, error);
        process.exitCode = EXIT.usage;
      }
    })
    .addHelpText(
      "after",
      "\nExit code 1: not possible in that time.\n\n" +
        "Example:\n  bus plan --backlog 100M --consumer warehouse --within 6h --batch-ms 200",
    );

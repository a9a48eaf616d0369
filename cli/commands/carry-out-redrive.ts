/** What every redrive has in common: plan, preview, confirm, send, tell. */
import { type Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import type { Lease } from "../dead-letters/dead-letter.ts";
import { describeLease, describePlan, describeResult } from "../dead-letters/describe-redrive.ts";
import type { RedrivePlan } from "../dead-letters/plan.ts";
import {
  type RedriveOptions,
  type RedriveResult,
  redriveDeadLetters,
} from "../dead-letters/redrive-dead-letters.ts";
import { waitForLease } from "../dead-letters/redrive-lease.ts";
import type { Patience } from "../dead-letters/wait-for-hidden.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { parseCount } from "../parse-count.ts";
import { showProgress } from "../show-progress.ts";
import type { Stage } from "../stage-clients.ts";
import { jsonOption, type StageWork } from "../stage-command.ts";
import { consumerNamed } from "../stage-outputs.ts";

export type CarryOutOptions = {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly rate: number;
  readonly canary: boolean;
  readonly canarySeconds: number;
  readonly asItLies?: boolean;
  readonly by?: string;
  readonly wait?: boolean;
};

/** As fast as SQS's own redrive at most (2.10). */
const DEFAULT_RATE = 500;
const DEFAULT_CANARY_SECONDS = 120;
/** What a killed run had in hand is there again after this; a person who polls the queue may go on. */
const PATIENCE_SECONDS = 40;

const tellWait = (hidden: number): void =>
  console.error(
    `waiting up to ${PATIENCE_SECONDS} s: ${hidden} letters are hidden, by a run or a list that was ` +
      "killed or still goes on, or by somebody who polls the queue",
  );

export const addCarryOutOptions = (command: Command): Command =>
  command
    .option("--rate <letters>", "a second at most", parseCount, DEFAULT_RATE)
    .option("--no-canary", "send all at once, without one order first")
    .option("--canary-seconds <n>", "wait so long for it", parseCount, DEFAULT_CANARY_SECONDS)
    .option("--by <name>", "who holds the lease, for other operators to read")
    .option("--wait", "where another operator works here, wait until that is over")
    .addOption(new Option("--dry-run", "show what would be sent, and send nothing"))
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption());

const show = (options: CarryOutOptions, value: object, text: string): void =>
  console.log(options.json ? JSON.stringify(value) : text);

const send = async (
  { stage, options, signal }: StageWork<CarryOutOptions>,
  plan: RedrivePlan,
): Promise<RedriveResult> => {
  const progress = showProgress("redrive", plan.letters);
  const chosen: RedriveOptions = {
    signal,
    ratePerSecond: options.rate,
    canarySeconds: options.canary ? options.canarySeconds : 0,
    ...(options.asItLies === true ? { order: "as it lies" } : {}),
    ...(options.by === undefined ? {} : { holder: options.by }),
    onProgress: ({ moved, letters }) => progress.update(moved, Math.max(moved, letters)),
  };
  return redriveDeadLetters(stage, plan, chosen).finally(progress.stop);
};

const isWhole = (result: RedriveResult): boolean =>
  result.kind === "done" && result.notFound === 0 && result.failedSends === 0;

export type MakePlan = (stage: Stage, consumer: string, patience: Patience) => Promise<RedrivePlan>;

/** The last line is what was done; this one says that it is not all. */
const HIDDEN =
  "! not every letter could be seen for this plan; run this again for the rest, once nobody polls " +
  "the queue; what a killed run or list held is back within two minutes";

export const carryOutRedrive = async (
  work: StageWork<CarryOutOptions>,
  makePlan: MakePlan,
): Promise<ExitCode> => {
  const { stage, args, options, signal } = work;
  const [name = ""] = args;
  if (options.wait === true) {
    const onWait = (by: Lease) => console.error(`waiting: ${describeLease(by)}`);
    await waitForLease(stage, consumerNamed(stage.outputs, name).name, { signal, onWait });
  }
  const patience = { patienceSeconds: PATIENCE_SECONDS, onWait: tellWait, signal };
  const plan = await makePlan(stage, name, patience);
  if (plan.leasedBy !== undefined) {
    show(options, { kind: "leased", by: plan.leasedBy }, describeLease(plan.leasedBy));
    return EXIT.fault;
  }
  if (options.dryRun === true || plan.orders.length === 0) {
    show(options, plan, describePlan(plan));
    return plan.partlySeen ? EXIT.fault : EXIT.done;
  }
  // On standard error, so that what is piped on holds the result alone.
  console.error(describePlan(plan));
  const question = `Redrive ${plan.letters} letters of ${plan.orders.length} orders?`;
  if (!(await confirmAct({ question, yes: options.yes, signal }))) return EXIT.unconfirmed;
  const result = await send(work, plan);
  if (plan.partlySeen) console.error(HIDDEN);
  show(options, result, describeResult(result));
  return isWhole(result) && !plan.partlySeen ? EXIT.done : EXIT.fault;
};

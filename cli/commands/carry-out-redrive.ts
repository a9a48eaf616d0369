/** What every redrive has in common: plan, preview, confirm, send, tell. */
import { type Command, Option } from "commander";
import { confirmAct } from "../confirm-act.ts";
import type { Lease } from "../dead-letters/dead-letter.ts";
import { describeLease, describePlan, describeResult } from "../dead-letters/describe-redrive.ts";
import type { LookOptions } from "../dead-letters/look-alone.ts";
import type { RedrivePlan } from "../dead-letters/plan.ts";
import type { Patience } from "../dead-letters/plan-patiently.ts";
import { LONGEST_HOLD_SECONDS } from "../dead-letters/receive-letters.ts";
import {
  type RedriveOptions,
  type RedriveResult,
  redriveDeadLetters,
} from "../dead-letters/redrive-dead-letters.ts";
import { waitForLease } from "../dead-letters/redrive-lease.ts";
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
/** Counts are as they are within a minute, and what a killed run or look held is back by then. */
const PATIENCE_SECONDS = LONGEST_HOLD_SECONDS + 5;

const tellWait = (): void =>
  console.error(
    `waiting up to ${PATIENCE_SECONDS} s: letters are hidden, by a run or a look that was killed or ` +
      "still goes on, or by somebody who polls the queue",
  );

const tellLease = (by: Lease): void => console.error(`waiting: ${describeLease(by)}`);

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

type Work = StageWork<CarryOutOptions>;

const show = ({ options }: Work, value: object, text: string): void =>
  console.log(options.json ? JSON.stringify(value) : text);

const holderOf = ({ by }: CarryOutOptions) => (by === undefined ? {} : { holder: by });

const send = async (
  { stage, options, signal }: Work,
  plan: RedrivePlan,
): Promise<RedriveResult> => {
  const progress = showProgress("redrive", plan.letters);
  const chosen: RedriveOptions = {
    ...{ signal, ...holderOf(options), onLook: tellLease },
    ratePerSecond: options.rate,
    canarySeconds: options.canary ? options.canarySeconds : 0,
    ...(options.asItLies === true ? { order: "as it lies" } : {}),
    onProgress: ({ moved, letters }) => progress.update(moved, Math.max(moved, letters)),
  };
  return redriveDeadLetters(stage, plan, chosen).finally(progress.stop);
};

const isWhole = (result: RedriveResult): boolean =>
  result.kind === "done" && result.notFound === 0 && result.failedSends === 0;

export type MakePlan = (
  stage: Stage,
  consumer: string,
  options: LookOptions & Patience,
) => Promise<RedrivePlan>;

/** The last line is what was done; this one says that it is not all. */
const HIDDEN =
  "! not every letter could be seen for this plan; run this again for the rest, once nobody polls " +
  "the queue; what a killed run or look held is back within two minutes";

type Leased = { readonly kind: "leased"; readonly by: Lease };

/** Once: its exit code, or who is at work. */
const carryOutOnce = async (work: Work, makePlan: MakePlan): Promise<ExitCode | Leased> => {
  const { stage, args, options, signal } = work;
  const plan = await makePlan(stage, args[0] ?? "", {
    ...{ signal, ...holderOf(options), onLook: tellLease },
    ...{ patienceSeconds: PATIENCE_SECONDS, onWait: tellWait },
  });
  if (plan.leasedBy !== undefined) return { kind: "leased", by: plan.leasedBy };
  if (options.dryRun === true || plan.orders.length === 0) {
    show(work, plan, describePlan(plan));
    return plan.partlySeen ? EXIT.fault : EXIT.done;
  }
  // On standard error, so that what is piped on holds the result alone.
  console.error(describePlan(plan));
  const question = `Redrive ${plan.letters} letters of ${plan.orders.length} orders?`;
  if (!(await confirmAct({ question, yes: options.yes, signal }))) return EXIT.unconfirmed;
  const result = await send(work, plan);
  if (result.kind === "leased") return result;
  if (plan.partlySeen) console.error(HIDDEN);
  const partly = plan.partlySeen ? { partlySeen: true } : {};
  show(work, { ...result, ...partly }, describeResult(result));
  return isWhole(result) && !plan.partlySeen ? EXIT.done : EXIT.fault;
};

export const carryOutRedrive = async (work: Work, makePlan: MakePlan): Promise<ExitCode> => {
  const { stage, args, options, signal } = work;
  for (;;) {
    const end = await carryOutOnce(work, makePlan);
    if (typeof end === "number") return end;
    if (options.wait !== true || signal.aborted) {
      show(work, end, describeLease(end.by));
      return EXIT.fault;
    }
    // Another may be faster once that is over: then this one waits for it, and plans anew.
    const { name } = consumerNamed(stage.outputs, args[0] ?? "");
    await waitForLease(stage, name, { signal, onWait: tellLease });
  }
};

import { userInfo } from "node:os";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { Forced, Position } from "../../lambdas/core/admission.ts";
import { confirmAct } from "../confirm-act.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { parseDuration } from "../plan/parse-amounts.ts";
import type { Stage } from "../stage-clients.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";
import { forceDoor, releaseDoor } from "../status/change-admission.ts";
import { describeAdmission, describeDoor, instant } from "../status/describe-door.ts";
import { readAdmission } from "../status/read-status.ts";
import { isDoorFine } from "../status/status-problems.ts";

type Options = {
  /** Seconds. */
  readonly for?: number;
  readonly why?: string;
  readonly by: string;
  readonly yes?: true;
  readonly json?: true;
};

/** An order that somebody forgot must end by itself. */
const MOST_SECONDS = 7 * 86_400;

const span = (text: string): number => {
  try {
    const seconds = parseDuration(text, "it");
    if (seconds <= MOST_SECONDS) return seconds;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError("Allowed: a time such as 90s, 30m or 6h, at most 7d.");
};

const show = async (stage: Stage, { json }: Options): Promise<ExitCode> => {
  const admission = await readAdmission(stage, Date.now());
  console.log(json ? JSON.stringify(admission) : describeAdmission(admission));
  return isDoorFine(admission) ? EXIT.done : EXIT.fault;
};

const EFFECTS = {
  open: "New orders are taken, however far behind the critical consumers are.",
  closed: "New orders get 503 and Retry-After. Steps of orders that exist are taken.",
} as const;

const force = async (
  stage: Stage,
  forced: Forced,
  { yes, signal }: { readonly yes: true | undefined; readonly signal: AbortSignal },
): Promise<ExitCode> => {
  const { position, by, why, untilMs } = forced;
  const { stackName } = stage.outputs;
  console.log(`${stackName}: ${describeDoor(await readAdmission(stage, Date.now()))}`);
  console.log(`${EFFECTS[position]} Until ${instant(untilMs)}, by ${by}: ${why}`);
  const verb = position === "open" ? "Open" : "Close";
  const question = `${verb} ${stackName} to new orders until ${instant(untilMs)}?`;
  if (!(await confirmAct({ question, yes, signal }))) return EXIT.unconfirmed;
  const { decidedAtMs } = await forceDoor(stage, forced);
  console.log(`done; the order API follows within 5 s. To end it before: bus admission auto`);
  if (decidedAtMs === 0) {
    console.log("Nobody has ever looked at the gauges here: with admission off it has no effect.");
  }
  return EXIT.done;
};

/** `bus admission [open|close|auto]`: the door to new orders. */
export const admissionCommand = (): Command =>
  stageCommand<Options>("admission", async ({ stage, args, options, signal }) => {
    const [order] = args;
    if (order === undefined) return show(stage, options);
    if (order === "auto") {
      await releaseDoor(stage);
      console.log(describeDoor(await readAdmission(stage, Date.now())));
      return EXIT.done;
    }
    const { for: seconds, why, by, yes } = options;
    if (seconds === undefined || why === undefined) {
      console.error(`bus admission ${order}: say how long with --for, and why with --why`);
      return EXIT.usage;
    }
    const position: Position = order === "open" ? "open" : "closed";
    const untilMs = Date.now() + seconds * 1_000;
    return force(stage, { position, by, why, untilMs }, { yes, signal });
  })
    .summary("show whether new orders are taken, or decide it for a while")
    .description(
      "Shows whether the shop takes new orders, and why. With open or close it is decided by you " +
        "for a time, whatever the gauges show; auto gives it back to them.",
    )
    .addArgument(new Argument("[order]", "left out: show").choices(["open", "close", "auto"]))
    .option("--for <time>", "how long, such as 30m or 6h; at most 7d", span)
    .option("--why <text>", "the reason, which others see")
    .addOption(new Option("--by <name>", "who decides it").default(userInfo().username))
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Exit code of the show: 1 while new orders are turned away, or nobody looks at the gauges any more.

Examples:
  bus admission --stage prod
  bus admission close --for 30m --why "warehouse is being repaired" --stage prod
  bus admission auto --stage prod`,
    );

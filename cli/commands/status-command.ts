import { type Command, InvalidArgumentError } from "commander";
import { EXIT } from "../exit-codes.ts";
import type { Stage } from "../stage-clients.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";
import { describeStatus } from "../status/describe-status.ts";
import { type BusStatus, readStatus } from "../status/read-status.ts";
import { statusProblems } from "../status/status-problems.ts";
import { watchStatus } from "../status/watch-status.ts";

type Options = { readonly json?: true; readonly watch?: true | number };

const EVERY_SECONDS = 5;
/** To the upper left corner, and nothing below: what was there is drawn over without a flicker. */
const REDRAW = "\u001b[H\u001b[J";
const CLEAR = "\u001b[2J";

const seconds = (text: string): number => {
  const number = Number(text);
  if (number >= 1 && number <= 3_600) return number;
  throw new InvalidArgumentError("Allowed: seconds from 1 to 3600.");
};

const asJson = (status: BusStatus): string =>
  JSON.stringify({ ...status, problems: statusProblems(status) });

const watch = async (stage: Stage, { json, watch: every }: Options, signal: AbortSignal) => {
  const onScreen = !json && process.stdout.isTTY === true;
  if (onScreen) process.stdout.write(CLEAR);
  const draw = (text: string) => console.log(onScreen ? `${REDRAW}${text}` : text);
  await watchStatus(stage, {
    ...{ everySeconds: every === true ? EVERY_SECONDS : (every ?? EVERY_SECONDS), signal },
    onStatus: (status) => draw(json ? asJson(status) : `${describeStatus(status)}\n`),
    onFault: (error) => {
      console.error(`${error instanceof Error ? error.message : String(error)}; looking again`);
    },
  });
};

/** `bus status`: how every consumer is doing, on one screen. */
export const statusCommand = (): Command =>
  stageCommand<Options>("status", async ({ stage, options, signal }) => {
    if (options.watch !== undefined) {
      await watch(stage, options, signal);
      return EXIT.done;
    }
    const status = await readStatus(stage, { signal });
    console.log(options.json ? asJson(status) : describeStatus(status));
    return statusProblems(status).length === 0 ? EXIT.done : EXIT.fault;
  })
    .summary("show how every consumer is doing, on one screen")
    .description(
      "Shows of each consumer what waits in its queue and is in flight, how old the oldest message " +
        "is, how long an event takes from its step to its effect (p50, p99), its dead letters, " +
        "what SNS could not deliver to it, whether it is in an outage or paused; then what the " +
        "relay has parked, and whether new orders are taken. It writes nothing.",
    )
    .option("--watch [seconds]", `look again every ${EVERY_SECONDS} s, until Ctrl-C`, seconds)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
A figure that is not known is "-". Ages and latencies come from CloudWatch, minutes late.
Exit code 1: something needs somebody; a long queue alone does not. With --watch and --json,
one document a line; --watch ends with 130.

Examples:
  bus status --stage prod
  bus status --stage prod --watch 2
  bus status --stage prod --json | jq '.consumers[] | {name, depth, deadLetters}'`,
    );

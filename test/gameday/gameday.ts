/**
 * A game day: ten incidents on the embedded bus. Each is found by an alarm or by the audit, mended
 * with what `docs/operations.md` says, and audited clean.
 */
import { Command } from "commander";
import { listenForInterrupt } from "../../cli/listen-for-interrupt.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { until } from "../emulators/until.ts";
import { expectCode, type Game, type Incident } from "./game.ts";
import { badDeploy } from "./incidents/bad-deploy.ts";
import { dependencyDown } from "./incidents/dependency-down.ts";
import { eventLost } from "./incidents/event-lost.ts";
import { flood } from "./incidents/flood.ts";
import { poisonOrder } from "./incidents/poison-order.ts";
import { redriveTooEarly } from "./incidents/redrive-too-early.ts";
import { relayStopped } from "./incidents/relay-stopped.ts";
import { slowConsumer } from "./incidents/slow-consumer.ts";
import { snsDrops } from "./incidents/sns-drops.ts";
import { twoOperators } from "./incidents/two-operators.ts";
import { openGame } from "./open-game.ts";

const INCIDENTS: readonly Incident[] = [
  ...[poisonOrder, badDeploy, dependencyDown, slowConsumer, relayStopped],
  ...[eventLost, snsDrops, twoOperators, redriveTooEarly, flood],
];

const seconds = (sinceMs: number): string =>
  `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;

/** An alarm rings as soon as it can; an audit is asked once what is on its way has come. */
const find = async (game: Game, { foundBy }: Incident): Promise<void> => {
  if (foundBy !== "audit") return game.alarm(foundBy.replace("alarm ", ""), "ALARM");
  await until(
    "the audit finds what is lost",
    () => game.type("audit", "--settle", "1"),
    ({ code, output }) => code === 1 && output.includes("lost"),
  );
};

const findAndBreak = async (game: Game, incident: Incident): Promise<string> => {
  const { foundBy, breaks, passes } = incident;
  if (foundBy !== "audit") await game.alarm(foundBy.replace("alarm ", ""), "OK");
  const startedAt = performance.now();
  const breaking = breaks(game);
  if (passes === undefined) await breaking;
  const finding = find(game, incident).then(() => seconds(startedAt));
  const [after] = await Promise.all([finding, breaking]);
  return after;
};

/** The audit takes a dead letter for accounted for; here each has come home. */
const expectNoLetters = async ({ stage }: Game): Promise<void> => {
  const { sqs, outputs } = stage();
  for (const consumer of outputs.Consumers) {
    const { deadLetterQueueUrl, subscriptionDeadLetterQueueUrl } = consumer;
    for (const url of [deadLetterQueueUrl, subscriptionDeadLetterQueueUrl]) {
      const left = await queueDepth(sqs, url);
      if (left > 0) throw new Error(`${left} letters are left in ${url}`);
    }
  }
};

/** In one line: how it was found and mended. Rejects where it was not. */
const run = async (game: Game, incident: Incident): Promise<string> => {
  const after = await findAndBreak(game, incident);
  const mendedBy = await incident.mends(game);
  await waitUntilDrained(game.stage(), { stallSeconds: 120 });
  const audit = await game.type("audit", "--settle", "1");
  expectCode(audit, 0, "the audit afterwards");
  await expectNoLetters(game);
  return `found by ${incident.foundBy} after ${after}; mended by ${mendedBy}; ${audit.output.trim().split("\n")[0]}`;
};

const INTERRUPTED = 130;
const LONGEST_FAULT = 1_500;

const tellFault = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_FAULT);

const play = async (incidents: readonly Incident[]): Promise<number> => {
  const game = await openGame();
  listenForInterrupt(async () => {
    await game.close();
    process.exit(INTERRUPTED);
  });
  let mended = 0;
  try {
    await game.shopOn(20);
    for (const [index, incident] of incidents.entries()) {
      const line = await run(game, incident).then(
        (told) => {
          mended++;
          return told;
        },
        (error: unknown) => `NOT MENDED: ${tellFault(error)}`,
      );
      console.log(
        `${String(index + 1).padStart(2)} ${incident.name} (${incident.standsFor}): ${line}`,
      );
    }
  } finally {
    await game.close();
  }
  return mended;
};

const { only } = new Command("npm run gameday --")
  .description(
    "Breaks the embedded bus in ten ways, waits until an alarm of the template or the audit finds it,\n" +
      "mends it with the commands of docs/operations.md, and audits. A minute of an alarm is a second.",
  )
  .option("--only <words...>", "incidents with one of these in their name")
  .addHelpText("after", "\nExit code 0: every incident was found, mended and audited clean.")
  .parse()
  .opts<{ readonly only?: readonly string[] }>();

const chosen = INCIDENTS.filter(
  ({ name }) => only === undefined || only.some((word) => name.includes(word)),
);
const mended = await play(chosen);
console.log(`${chosen.length} incidents, ${mended} mended, ${chosen.length - mended} not`);
process.exitCode = mended === chosen.length && chosen.length > 0 ? 0 : 1;

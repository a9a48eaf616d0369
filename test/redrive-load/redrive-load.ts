/** `npm run redrive-load`: thousands of dead letters redriven; the last line says whether it held. */
import { Command, InvalidArgumentError } from "commander";
import { startBus } from "../end-to-end/start-bus.ts";
import { EVENTS, poisonSettings } from "./poison-orders.ts";
import { runRedriveLoad } from "./run-redrive-load.ts";

type Options = { readonly letters: number; readonly rate: number };

const whole = (text: string): number => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("Allowed: a whole number from 1.");
};

const parseLetters = (text: string): number => {
  const letters = whole(text);
  if (letters % EVENTS === 0 && letters >= 100) return letters;
  throw new InvalidArgumentError(`Allowed: a multiple of ${EVENTS} from 100; ${EVENTS} an order.`);
};

const program = new Command("npm run redrive-load --")
  .description(
    "Fills a dead-letter queue of an embedded bus in a temporary folder, redrives it with bus dlq\n" +
      "redrive, kills that with SIGKILL half way, and lets a second run end the work.",
  )
  .option("--letters <count>", "dead letters", parseLetters, 10_000)
  .option("--rate <letters>", "a second at most", whole, 5_000)
  .addHelpText(
    "after",
    "\nExit code 0: every event is applied, once and in sequence, at every consumer. The rate is\n" +
      "told, not judged: it is the machine's.",
  );

const { letters, rate: ratePerSecond } = program.parse().opts<Options>();
const startedAt = performance.now();
const elapsed = () => `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`.padStart(6);
const world = await startBus(poisonSettings);
try {
  const onStep = (step: string) => console.error(`${elapsed()}  ${step}`);
  const report = await runRedriveLoad(world, { letters, ratePerSecond, onStep });
  for (const problem of report.problems) console.log(`not as due: ${problem}`);
  const what =
    `${letters} dead letters of ${letters / EVENTS} orders, ` +
    `${Math.round(report.beforeTheKill)} letters/s, killed after ${report.killedAfter}, resumed at ` +
    `${Math.round(report.afterTheKill)} letters/s, ${report.sentTwice} sent twice`;
  const isWell = report.problems.length === 0;
  console.log(
    isWell
      ? `redrive ok: ${what}: each applied once and in sequence`
      : `redrive FAILED: ${what}: ${report.problems.length} things are not as due`,
  );
  process.exitCode = isWell ? 0 : 1;
} finally {
  await world.stop();
}

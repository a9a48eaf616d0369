/** `npm run chaos`: the embedded bus under SIGKILLs; the last line says whether it held. */
import { Command, InvalidArgumentError } from "commander";
import { type ChaosOptions, type ChaosReport, runChaos } from "./run-chaos.ts";

const INTERRUPTED = 130;

const whole = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Allowed: a whole number from 0.");
};

const program = new Command("npm run chaos --")
  .description(
    "Plays orders through the HTTP API of an embedded bus in a temporary folder, while its\n" +
      "functions, its two emulators and the runtime itself are killed with SIGKILL at random\n" +
      "moments. When time is up, waits until all is done and compares every number with what a\n" +
      "calm run must give.",
  )
  .option("--seed <number>", "draws the orders, the victims and the moments", whole, 1)
  .option("--seconds <n>", "how long to kill", whole, 60)
  .option("--trace <file>", "play this trace, over and over, instead of generated orders")
  .option("--keep", "keep the temporary folder, with the functions' logs")
  .addHelpText(
    "after",
    "\nExit code 0: every number is as in a calm run, nothing is dead, and every kind of victim was\n" +
      "killed often enough. The moments are the seed's; what they meet depends on the machine.",
  );

const summaryOf = ({ seed, seconds }: ChaosOptions, report: ChaosReport): string => {
  const { kills, played, drainSeconds, figures, problems } = report;
  const total = [...kills.values()].reduce((sum, count) => sum + count, 0);
  const what =
    `seed ${seed}, ${seconds} s, ${total} kills, ${figures.events} events of ${figures.orders} ` +
    `orders, ${played.retries} calls made again, drained in ${drainSeconds.toFixed(1)} s`;
  if (problems.length === 0) return `chaos ok: ${what}: every number is as in a calm run`;
  return `chaos FAILED: ${what}: ${problems.length} things are not as due`;
};

const print = (options: ChaosOptions, report: ChaosReport): void => {
  for (const [name, count] of report.kills) console.log(`killed ${name}: ${count} times`);
  for (const problem of report.problems) console.log(`not as due: ${problem}`);
  console.log(summaryOf(options, report));
};

const listenForInterrupt = (): AbortSignal => {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      console.error("Stopping …");
      controller.abort(new Error("interrupted"));
    });
  }
  return controller.signal;
};

const main = async (): Promise<number> => {
  const options: ChaosOptions = program.parse().opts();
  const signal = listenForInterrupt();
  try {
    const report = await runChaos(options, {
      signal,
      onProgress: (text) => console.error(`${text} …`),
    });
    print(options, report);
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(signal.aborted ? "interrupted: nothing was proved" : `chaos FAILED: ${reason}`);
    return signal.aborted ? INTERRUPTED : 1;
  }
};

process.exitCode = await main();

/** `npm run acceptance`: tries every guarantee on a deployed stage, from outside. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { DEFAULT_STAGE } from "../../cli/read-outputs.ts";
import { describeReport, describeResult } from "./describe-result.ts";
import { runScenarios } from "./run-scenarios.ts";
import { SCENARIOS } from "./scenarios.ts";

type Options = {
  readonly stage?: string;
  readonly outputs?: string;
  readonly only?: string[];
  readonly patience: number;
  readonly report?: string;
};

const NAMES = SCENARIOS.map(({ name }) => name);

const scenarioName = (text: string, before: string[] = []): string[] => {
  const names = text.split(",");
  for (const name of names) {
    if (!NAMES.includes(name)) throw new InvalidArgumentError(`Allowed: ${NAMES.join(", ")}.`);
  }
  return [...before, ...names];
};

const wholeSeconds = (text: string): number => {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError("Allowed: a whole number from 1.");
};

const program = new Command("npm run acceptance --")
  .description(
    "Drives a deployed stage as a shop, an operator and an attacker would, and checks the effects\n" +
      "in its tables. All names are new in each run, so it may be repeated on a living stage.",
  )
  .option("--stage <name>", `which stage, found by its stack's outputs (default: ${DEFAULT_STAGE})`)
  .option("--outputs <file>", "the stack's outputs, as cdk deploy --outputs-file writes them")
  .option("--only <name>", "this scenario only; may be repeated", scenarioName)
  .option("--patience <seconds>", "how long to wait for an effect", wholeSeconds, 300)
  .option("--report <file>", "write the results as JSON")
  .addHelpText(
    "after",
    `\nScenarios: ${NAMES.join(", ")}.\n` +
      "Credentials, region and endpoints are the SDK's own: AWS_PROFILE, AWS_REGION, and for an\n" +
      "emulator AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_<SERVICE>.\n" +
      "Exit code 0: nothing failed. What the endpoint lacks is told as `not here`.",
  );

const main = async (): Promise<number> => {
  const { stage, outputs, only, patience, report }: Options = program.parse().opts();
  const result = await runScenarios({
    ...(stage === undefined ? {} : { stage }),
    ...(outputs === undefined ? {} : { outputsFile: outputs }),
    scenarios: SCENARIOS.filter(({ name }) => only?.includes(name) ?? true),
    patienceSeconds: patience,
    onStart: ({ stage: { outputs: found }, where }) =>
      console.log(`${found.stackName} on ${where}: a dead letter takes a minute or two …`),
    onResult: (each) => console.log(describeResult(each)),
  });
  if (report !== undefined) writeFileSync(report, `${JSON.stringify(result, null, 2)}\n`);
  console.log(describeReport(result));
  return result.failed === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`acceptance: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

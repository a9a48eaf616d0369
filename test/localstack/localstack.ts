/** `npm run test:localstack`: the bus on LocalStack, in Docker or wherever one runs. */
import { Command, InvalidArgumentError } from "commander";
import { listenForInterrupt } from "../../cli/listen-for-interrupt.ts";
import { requireLocalStack, VERSION } from "./check-health.ts";
import { runInDocker } from "./run-in-docker.ts";
import { runOnEndpoint } from "./run-on-endpoint.ts";
import type { Part } from "./timed.ts";

type Options = { readonly endpoint?: string; readonly slow?: true };

const INTERRUPTED = 130;

const httpUrl = (text: string): string => {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text.replace(/\/$/, "");
  throw new InvalidArgumentError("Allowed: a URL, such as http://127.0.0.1:4566.");
};

const program = new Command("npm run test:localstack --")
  .description(
    "Without --endpoint it needs Docker: it starts the LocalStack of docker-compose.yml, unless\n" +
      "one answers there, deploys a stage with cdk, tries it, and destroys it.",
  )
  .option(
    "--endpoint <url>",
    "a LocalStack that runs, with SNS and SQS; the embedded runtime does the functions",
    httpUrl,
  )
  .option("--slow", "wait five minutes before each pass of SQS's redrive, and purge nothing")
  .addHelpText(
    "after",
    "\nWith --endpoint, DynamoDB is at AWS_ENDPOINT_URL_DYNAMODB; without it, dynoxide is started.\n" +
      "Exit code 0: every part passed. What was made is deleted in any case.",
  );

const tell = (text: string) => console.log(text);

const seconds = ({ seconds }: Pick<Part, "seconds">) => `${seconds.toFixed(1)} s`;

const runGiven = async (endpoint: string, slow: boolean): Promise<readonly Part[]> => {
  const version = await requireLocalStack(endpoint);
  const dynamo = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  tell(`LocalStack ${version} at ${endpoint}; written for ${VERSION}`);
  tell(
    dynamo
      ? `DynamoDB at ${dynamo}`
      : "DynamoDB: dynoxide, started here, since AWS_ENDPOINT_URL_DYNAMODB is not set",
  );
  let close: (() => Promise<unknown>) | undefined;
  listenForInterrupt(async () => {
    console.error("Stopping, and deleting what was made …");
    await close?.().catch((error) => console.error(error));
    process.exit(INTERRUPTED);
  });
  return runOnEndpoint({
    ...{ endpoint, redrive: slow ? "slow" : "quick", onProgress: tell },
    onOpen: (next) => {
      close = next;
    },
  });
};

const main = async (): Promise<void> => {
  const { endpoint, slow }: Options = program.parse().opts();
  if (slow === true && endpoint === undefined) program.error("--slow goes with --endpoint");
  const from = performance.now();
  const parts =
    endpoint === undefined ? await runInDocker(tell) : await runGiven(endpoint, slow === true);
  for (const part of parts) tell(`${part.name} (${seconds(part)}): ${part.detail}`);
  const total = seconds({ seconds: (performance.now() - from) / 1_000 });
  tell(`localstack ok: ${parts.length} parts in ${total}`);
};

try {
  await main();
} catch (error) {
  console.error(`localstack FAILED: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

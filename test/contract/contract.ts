/** `npm run contract`: runs the contract over endpoints, and compares with what is recorded. */
import { Command } from "commander";
import { writeTable } from "./emulator-table.ts";
import { ENDPOINT_NAMES, ENDPOINTS, type EndpointName } from "./endpoints.ts";
import { LEDGER_PARTS, runLedger } from "./ledger-parts.ts";
import { readRecorded, writeRecorded } from "./recorded.ts";
import { runEndpoint, runModels } from "./run-endpoint.ts";
import { AS_AWS, SCENARIOS } from "./scenarios.ts";

type Options = { readonly slow: boolean; readonly write: boolean; readonly endpoint?: string };

const rows = new Set([...SCENARIOS, ...LEDGER_PARTS].map(({ id }) => id));

const run = async (name: EndpointName, { slow, endpoint: given }: Options) => {
  const endpoint = ENDPOINTS[name];
  const outcomes: Record<string, string> = {};
  const see = ({ id }: { readonly id: string }, outcome: string) => {
    outcomes[id] = outcome;
  };
  if (endpoint.start === undefined) {
    await runModels(see, endpoint);
    return { ...outcomes, ...(await runLedger()) };
  }
  const { url, stop } = await endpoint.start(given);
  try {
    await runEndpoint({ url, endpoint, slow }, see);
    return { ...outcomes, ...(endpoint.services.tables ? await runLedger(url) : {}) };
  } finally {
    await stop();
  }
};

/** Tells what was seen; answers whether all is as recorded. */
const compare = (name: EndpointName, outcomes: Readonly<Record<string, string>>): boolean => {
  const recorded = readRecorded()[name]?.outcomes ?? {};
  const news = Object.entries(outcomes).filter(([id, outcome]) => recorded[id] !== outcome);
  for (const [id, outcome] of news) {
    console.log(`${name} ${id}: ${outcome}\n  recorded: ${recorded[id] ?? "nothing"}`);
  }
  return news.length === 0;
};

const runOne = async (name: EndpointName, options: Options): Promise<boolean> => {
  const { title, version } = ENDPOINTS[name];
  const from = performance.now();
  const outcomes = await run(name, options);
  if (options.write) {
    writeRecorded(name, { version, outcomes }, rows);
    writeTable(readRecorded());
  }
  const asRecorded = compare(name, outcomes);
  const good = Object.values(outcomes).filter((outcome) => outcome === AS_AWS).length;
  const all = Object.keys(outcomes).length;
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  const verdict = asRecorded ? "all as recorded" : "NOT as recorded";
  console.log(
    `${`${title} ${version}`.trim()}: ${good} of ${all} as AWS; ${verdict}; ${seconds} s`,
  );
  return asRecorded;
};

const isName = (name: string): name is EndpointName =>
  (ENDPOINT_NAMES as readonly string[]).includes(name);

const program = new Command("npm run contract --")
  .description(
    "Runs what AWS was seen to do over the models and over emulators, each started where it can be,\n" +
      "and compares with what is recorded in docs/emulators.md. Exit code 1: something differs.",
  )
  .option("--on <names>", `of ${ENDPOINT_NAMES.join(", ")}`, "model,fauxqs,dynoxide")
  .option("--endpoint <url>", "of an emulator that runs already")
  .option("--slow", "with the scenarios that take minutes", false)
  .option("--write", "record what is seen, and write the page", false);

type Values = Options & { readonly on: string };

const main = async (): Promise<boolean> => {
  const { on, ...options } = program.parse().opts<Values>();
  let asRecorded = true;
  for (const name of on.split(",")) {
    if (!isName(name)) throw new Error(`--on takes ${ENDPOINT_NAMES.join(", ")}; not ${name}`);
    asRecorded = (await runOne(name, options)) && asRecorded;
  }
  return asRecorded;
};

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

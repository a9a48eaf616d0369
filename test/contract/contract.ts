/**
 * `npm run contract -- --on NAME[,NAME] [--slow] [--endpoint URL] [--write]`
 *
 * Runs the contract over an endpoint, which it starts itself where it can, and compares with what
 * is recorded. It exits 1 when anything differs from the record; `--write` makes the record anew.
 */
import { parseArgs } from "node:util";
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

const main = async (): Promise<boolean> => {
  const { values } = parseArgs({
    options: {
      on: { type: "string", default: "model,fauxqs,dynoxide" },
      slow: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      endpoint: { type: "string" },
    },
  });
  const { on, endpoint, ...flags } = values;
  let asRecorded = true;
  for (const name of on.split(",")) {
    if (!isName(name)) throw new Error(`--on takes ${ENDPOINT_NAMES.join(", ")}; not ${name}`);
    const options = { ...flags, ...(endpoint === undefined ? {} : { endpoint }) };
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

/** `docs/emulators.md` from what is recorded: the same record gives the same page. */
import { readFileSync, writeFileSync } from "node:fs";
import { ENDPOINT_NAMES, ENDPOINTS, type EndpointName } from "./endpoints.ts";
import { LEDGER_PARTS } from "./ledger-parts.ts";
import type { AllRecorded } from "./recorded.ts";
import { isFor } from "./run-endpoint.ts";
import { AS_AWS, SCENARIOS } from "./scenarios.ts";

const FILE = new URL("../../docs/emulators.md", import.meta.url);

const HEAD = `# What the emulators do differently

Emulators lie, each in its own way. So the guarantees are proved over models, and the models are
held to what AWS itself was seen to do by the same scenarios that run here over every emulator. The
models pass all of them.

This page is generated: \`npm run contract -- --on NAME --write\` runs the scenarios over one column
and writes it (\`--slow\` runs those that take minutes, too). Without \`--write\` the command compares
with this page, and whatever is not as it says is an error, be it worse or better. \`npm test\` does so
for the models, fauxqs and dynoxide. The code is in \`test/contract\`.

- ✓ as AWS does · ✗ not so, see below the table · empty: the endpoint has no such service ·
  – nothing that a model could be asked, since the simulation does nothing that is refused ·
  *not run*: takes minutes
- *rests on*: numbers are those of [what AWS does](aws-facts.md); names are the tests in LocalStack's
  repository in which AWS's own answers were recorded (\`tests/aws/services\`: \`sqs\`, \`sns\`, and
  \`lambda_/event_source_mapping\`). Rows without a name rest on AWS's documentation.
- 14, 15, S4 and S5 run over the simulation's event source mappings for the models, and over the
  embedded runtime's mappings for every endpoint.
- LocalStack runs without its DynamoDB, which is DynamoDB Local and has a column of its own.
`;

type Row = {
  readonly id: string;
  readonly title: string;
  readonly fact: string;
  readonly cell: (name: EndpointName) => string;
};

const anchorOf = (name: EndpointName): string =>
  titleOf(name).toLowerCase().replaceAll(" ", "-").replaceAll(".", "");

const titleOf = (name: EndpointName): string =>
  `${ENDPOINTS[name].title} ${ENDPOINTS[name].version}`.trim();

const rowsOf = (recorded: AllRecorded): Row[] => {
  const shown = (id: string, name: EndpointName): string => {
    const outcome = recorded[name]?.outcomes[id];
    if (outcome === undefined) return "*not run*";
    return outcome === AS_AWS ? AS_AWS : `[✗](#${anchorOf(name)})`;
  };
  const scenarios = SCENARIOS.map((scenario) => ({
    ...scenario,
    cell: (name: EndpointName) => {
      if (!ENDPOINTS[name].services[scenario.needs]) return "";
      return isFor(scenario, ENDPOINTS[name]) ? shown(scenario.id, name) : "–";
    },
  }));
  const ledger = LEDGER_PARTS.map((part) => ({
    ...part,
    cell: (name: EndpointName) => {
      if (!ENDPOINTS[name].services.tables) return "";
      return name !== "model" || part.heading !== undefined ? shown(part.id, name) : "–";
    },
  }));
  return [...scenarios, ...ledger];
};

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_cell, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join(" | ")} |`;
  const [head = [], ...rest] = rows;
  return [
    line(head),
    line(head.map((_cell, at) => "-".repeat(widths?.[at] ?? 3))),
    ...rest.map(line),
  ]
    .join("\n")
    .concat("\n");
};

const differencesOf = (name: EndpointName, recorded: AllRecorded): string => {
  const titles = new Map([...SCENARIOS, ...LEDGER_PARTS].map(({ id, title }) => [id, title]));
  const differing = Object.entries(recorded[name]?.outcomes ?? {}).filter(
    ([, outcome]) => outcome !== AS_AWS,
  );
  if (name === "model" && differing.length === 0) return "";
  const lines = differing.map(([id, seen]) => `- **${id}** ${titles.get(id)}.\n  *Seen:* ${seen}`);
  const text = lines.length === 0 ? "Nothing, in what was run." : lines.join("\n");
  return `\n### ${titleOf(name)}\n\n${text}\n`;
};

export const renderTable = (recorded: AllRecorded): string => {
  const names = ENDPOINT_NAMES.filter((name) => recorded[name] !== undefined);
  const head = ["", "what AWS does", "rests on", ...names.map(titleOf)];
  const body = rowsOf(recorded).map(({ id, title, fact, cell }) => [
    ...[id, title, fact.replaceAll(/\w+_\w+/g, "`$&`")],
    ...names.map(cell),
  ]);
  const differences = names.map((name) => differencesOf(name, recorded)).join("");
  return `${HEAD}\n${table([head, ...body])}\n## What differs\n${differences}`;
};

export const readTable = (): string => readFileSync(FILE, "utf8");
export const writeTable = (recorded: AllRecorded): void =>
  writeFileSync(FILE, renderTable(recorded));

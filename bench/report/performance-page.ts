/** `docs/performance.md`: what was measured, as a report tells it. */
import type { BenchReport, MeasuredPart } from "./bench-report.ts";
import { chartFile } from "./chart-file.ts";
import { summaryOf } from "./describe-report.ts";
import { formatNumber } from "./format-number.ts";
import { introduction } from "./introduction.ts";

type Cell = string | number;

const cell = (value: Cell): string =>
  (typeof value === "number" ? formatNumber(value) : value).replaceAll("|", "\\|");

const line = (cells: readonly Cell[]): string => `| ${cells.map(cell).join(" | ")} |`;

/** Columns of numbers alone are set to the right. */
const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => {
  const isNumeric = (column: number) =>
    rows.every((row) => /^[\d,.]+$/.test(cell(row[column] ?? "")));
  const rule = head.map((_, column) => (rows.length > 0 && isNumeric(column) ? "---:" : "---"));
  return [line(head), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
};

const commandOf = (part: string): string => `npm run bench -- ${part}`;

const reachTable = ({ reach, parts }: BenchReport): string => {
  const rows = reach.map(({ name, value, goal, ok }) => {
    const part = parts.find(({ figures }) => figures.some((figure) => figure.name === name));
    const unit = part?.figures.find((figure) => figure.name === name)?.unit ?? "";
    const words = goal.replace(">=", "at least").replace("<=", "at most");
    return [
      part === undefined ? name : `[${name}](#${part.name})`,
      `${formatNumber(value)} ${unit}`,
      ...[words, ok ? "reached" : "**missed**"],
      part === undefined ? "" : `\`${commandOf(part.name)}\``,
    ];
  });
  return table(["figure", "measured", "goal", "", "again with"], rows);
};

const picture = (part: MeasuredPart, chart: MeasuredPart["charts"][number]): string => {
  const { title, unit, bars } = chart;
  const told = bars.map(({ label, value }) => `${label} ${formatNumber(value)}`).join(", ");
  const alt = `${title}, in ${unit}: ${told}`.replaceAll('"', "&quot;");
  const file = (theme: "light" | "dark") => `performance/${chartFile(part.name, title, theme)}`;
  return `**${title}**

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${file("dark")}">
  <img alt="${alt}" src="${file("light")}">
</picture>`;
};

const figuresTable = ({ figures }: MeasuredPart): string =>
  table(
    ["figure", "median", "of the rounds", "what it tells"],
    figures.map(({ name, value, unit, rounds = [], tells }) => [
      name,
      `${formatNumber(value)} ${unit}`,
      rounds.length > 1 ? rounds.map(formatNumber).join(", ") : "",
      tells,
    ]),
  );

const ran = ({ rounds, trace, startedAt, seconds, commit, isClean, loadAtStart }: MeasuredPart) =>
  `${rounds} round${rounds === 1 ? "" : "s"}, ${trace}; ${startedAt.slice(0, 10)}, ${formatNumber(seconds)} s, ` +
  `load ${loadAtStart} as it began; commit ${commit ?? "unknown"}${isClean ? "" : ", with changes"}.`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const section = (part: MeasuredPart): string =>
  [
    `## ${part.name}`,
    `${sentence(part.summary)} \`${commandOf(part.name)}\``,
    ran(part),
    ...(part.figures.length === 0 ? [] : [figuresTable(part)]),
    ...part.charts.map((chart) => picture(part, chart)),
    ...part.tables.map(({ title, head, rows }) => `**${title}**\n\n${table(head, rows)}`),
    ...(part.notes.length === 0 ? [] : [part.notes.map((note) => `- ${note}`).join("\n")]),
  ].join("\n\n");

const machineSection = ({ machine, versions }: BenchReport): string => {
  const packages = Object.entries(versions.packages).map(([name, version]) => `${name} ${version}`);
  return `## Machine and versions

${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}; Node ${versions.node}; ${packages.join(", ")}.`;
};

const failures = ({ failed }: BenchReport): string[] =>
  failed.map(({ name, error }) => `**${name} could not be measured**: ${error}`);

export const performancePage = (report: BenchReport): string =>
  `${[
    introduction,
    "## What is reached",
    `${summaryOf(report)}.`,
    reachTable(report),
    ...failures(report),
    machineSection(report),
    ...report.parts.map(section),
  ].join("\n\n")}\n`;

/** A report as a person reads it in a terminal. */
import Table from "cli-table3";
import type { BenchReport, MeasuredPart } from "./bench-report.ts";
import { formatNumber } from "./format-number.ts";

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) => {
  const printed = new Table({ head: [...head], style: { compact: true, head: [], border: [] } });
  const cell = (value: string | number) =>
    typeof value === "number" ? formatNumber(value) : value;
  for (const row of rows) printed.push(row.map(cell));
  return printed.toString();
};

const describePart = ({ name, summary, figures, tables, notes }: MeasuredPart): string[] => [
  `\n${name}: ${summary}`,
  table(
    ["figure", "median", "", "rounds"],
    figures.map((figure) => [
      figure.name,
      ...[figure.value, figure.unit],
      (figure.rounds ?? []).map(formatNumber).join(" "),
    ]),
  ),
  ...tables.map(({ title, head, rows }) => `${title}\n${table(head, rows)}`),
  ...notes.map((note) => `- ${note}`),
];

/** `3 figures reached, 1 missed`, and how many parts could not be measured. */
export const summaryOf = ({ reach, failed }: BenchReport): string => {
  const reached = reach.filter(({ ok }) => ok).length;
  const summary = `${reached} figures reached, ${reach.length - reached} missed`;
  return failed.length === 0 ? summary : `${summary}, ${failed.length} parts not measured`;
};

export const describeReport = (report: BenchReport): string => {
  const { machine, versions, parts, failed, reach } = report;
  const state = versions.isClean ? "" : ", with changes";
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, load ${machine.loadAtStart}; Node ${versions.node}, commit ${versions.commit ?? "unknown"}${state}`,
    ...parts.flatMap(describePart),
    ...(reach.length === 0
      ? []
      : [
          "\nreach",
          table(
            ["figure", "value", "goal", ""],
            reach.map(({ name, value, goal, ok }) => [
              ...[name, value, goal],
              ok ? "reached" : "MISSED",
            ]),
          ),
        ]),
    ...failed.map(({ name, error }) => `${name} was not measured: ${error}`),
  ].join("\n");
};

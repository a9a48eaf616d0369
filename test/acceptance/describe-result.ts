import type { AcceptanceReport, Result } from "./run-scenarios.ts";

const MARKS = { passed: "ok      ", failed: "FAILED  ", "not here": "not here" } as const;

export const describeResult = ({ name, title, outcome, seconds }: Result): string => {
  const more = outcome.kind === "passed" ? outcome.detail : outcome.reason;
  const indented = more === undefined ? "" : `\n          ${more.replaceAll("\n", "\n          ")}`;
  return `${MARKS[outcome.kind]}  ${name}: ${title} (${seconds.toFixed(1)} s)${indented}`;
};

export const describeReport = (report: AcceptanceReport): string => {
  const { stackName, where, passed, failed, notHere, seconds } = report;
  const on = where === "AWS" ? "AWS" : "an emulator";
  const elsewhere = notHere === 0 ? "" : `, ${notHere} not here`;
  return `acceptance of ${stackName} on ${on}: ${passed} passed, ${failed} failed${elsewhere}; ${seconds.toFixed(1)} s`;
};

import { usageError } from "../../cli/usage-error.ts";
import type { BenchReport, FailedPart, MeasuredPart } from "./bench-report.ts";
import { judgeGoals } from "./judge-goal.ts";

type Composed = Omit<BenchReport, "reach">;

const allFigures = (parts: readonly MeasuredPart[]) => parts.flatMap(({ figures }) => figures);

/** Throws where a figure's name is taken: it is all that tells them apart. */
export const refuseTwins = (parts: readonly MeasuredPart[]): void => {
  const byName = Map.groupBy(allFigures(parts), ({ name }) => name);
  const twins = [...byName].flatMap(([name, same]) => (same.length > 1 ? [name] : []));
  if (twins.length > 0) throw new Error(`figures of one name: ${twins.join(", ")}`);
};

export const composeReport = ({ machine, versions, parts, failed }: Composed): BenchReport => {
  refuseTwins(parts);
  return { reach: judgeGoals(allFigures(parts)), machine, versions, parts, failed };
};

const sameMachine = (a: Composed, b: Composed): boolean =>
  a.machine.cpu === b.machine.cpu &&
  a.machine.cores === b.machine.cores &&
  a.versions.node === b.versions.node;

const describe = ({ machine, versions }: Composed): string =>
  `${machine.cpu}, ${machine.cores} cores, Node ${versions.node}`;

/** Throws a usage error where the two were not measured on one machine. */
export const refuseOtherMachine = (earlier: Composed, now: Composed): void => {
  if (sameMachine(earlier, now)) return;
  throw usageError(
    `the report is of ${describe(earlier)}, this is ${describe(now)}; --merge takes parts of one ` +
      "machine only: give --report another file",
  );
};

/** What is measured now, and of an earlier report the parts that are not; in the order of `names`. */
export const mergeReports = (
  earlier: BenchReport,
  now: Composed,
  names: readonly string[],
): BenchReport => {
  const again = new Set([...now.parts, ...now.failed].map(({ name }) => name));
  const kept = <T extends MeasuredPart | FailedPart>(all: readonly T[]) =>
    all.filter(({ name }) => !again.has(name) && names.includes(name));
  const place = ({ name }: MeasuredPart) => names.indexOf(name);
  const parts = [...kept(earlier.parts), ...now.parts].toSorted((a, b) => place(a) - place(b));
  return composeReport({ ...now, parts, failed: [...kept(earlier.failed), ...now.failed] });
};

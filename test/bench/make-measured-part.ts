import type { Figure } from "../../bench/part.ts";
import type { MeasuredPart } from "../../bench/report/bench-report.ts";

export const makeFigure = (name: string, value: number, more: Partial<Figure> = {}): Figure => ({
  ...{ name, value, unit: "x", tells: "one thing against another" },
  ...more,
});

export const makeMeasuredPart = (
  name: string,
  figures: readonly Figure[],
  more: Partial<MeasuredPart> = {},
): MeasuredPart => ({
  ...{ name, summary: `measures ${name}`, startedAt: "2026-11-21T20:00:00.000Z", seconds: 1 },
  ...{ rounds: 3, loadAtStart: 0.5, commit: "0123456789", isClean: true, trace: "300 orders" },
  ...{ figures, tables: [], charts: [], notes: [] },
  ...more,
});

export const makeState = () => ({
  machine: { cpu: "a cpu", cores: 2, memoryGb: 4, system: "linux x64", loadAtStart: 0.5 },
  versions: { node: "24.21.0", commit: "0123456789", isClean: true, packages: {} },
});

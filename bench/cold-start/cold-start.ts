/**
 * What a new execution environment has to read before its first event: the bytes of each bundle,
 * and its init time against that of an empty handler with the same clients, bundled the same way.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../median.ts";
import type { Figure, Part, PartOptions, PartReport, Table } from "../part.ts";
import { type Measured, measureInits, STARTS_A_ROUND } from "./measure-inits.ts";
import type { Init } from "./time-init.ts";

const KB = 1_024;

const ratios = ({ rounds }: Measured, of: keyof Init): readonly number[] =>
  rounds.map(({ own, empty }) => own[of] / empty[of]);

const worstBy = (all: readonly Measured[], of: keyof Init): Measured =>
  all.reduce((worst, each) =>
    median(ratios(each, of)) > median(ratios(worst, of)) ? each : worst,
  );

export const ratioFigure = (all: readonly Measured[], of: keyof Init): Figure => {
  const worst = worstBy(all, of);
  const rounds = ratios(worst, of);
  const isTime = of === "initMs";
  return {
    name: `cold start: init ${isTime ? "time" : "processor time"} against an empty handler`,
    value: median(rounds),
    rounds,
    unit: "x",
    ...(isTime ? { goal: { atMost: 1.3 } } : {}),
    tells: `${isTime ? "Time" : "Processor time"} from the start of the import until the handler can be called, in a new process, of the slowest function (${worst.name}) against an empty handler with the same clients, bundled the same way; each round compares the fastest of ${STARTS_A_ROUND} starts, taken in turns.`,
  };
};

export const bytesFigure = (all: readonly Measured[]): Figure => {
  const largest = all
    .filter(({ isConsumer }) => isConsumer)
    .reduce((most, each) => (each.codeBytes > most.codeBytes ? each : most));
  return {
    name: "cold start: largest consumer bundle",
    value: Math.round((10 * largest.codeBytes) / KB) / 10,
    unit: "KB",
    goal: { atMost: 250 },
    tells: `The code that is deployed for ${largest.name}, neither compressed nor with its source map; 1 KB is 1,024 bytes.`,
  };
};

const tableOf = (all: readonly Measured[]): Table => ({
  title: "Each function: its code, and its init against the empty handler's",
  head: ["function", "code KB", "map KB", "init ms", "empty ms", "time", "processor time"],
  rows: all.map((each) => [
    ...[each.name, Math.round(each.codeBytes / KB), Math.round(each.mapBytes / KB)],
    ...(["own", "empty"] as const).map((side) =>
      Number(median(each.rounds.map((pair) => pair[side].initMs)).toFixed(1)),
    ),
    ...(["initMs", "cpuMs"] as const).map((of) => `${median(ratios(each, of)).toFixed(2)} x`),
  ]),
});

const run = async (options: PartOptions): Promise<PartReport> => {
  const folder = mkdtempSync(join(tmpdir(), "bench-cold-start-"));
  try {
    const all = await measureInits(folder, options);
    return {
      figures: [ratioFigure(all, "initMs"), ratioFigure(all, "cpuMs"), bytesFigure(all)],
      tables: [tableOf(all)],
      charts: [
        {
          ...{ title: "Init of each function against an empty handler's", unit: "x" },
          bars: all.map((each) => ({ label: each.name, value: median(ratios(each, "initMs")) })),
        },
      ],
      notes: [
        "Init is measured on this machine with the functions' own NODE_OPTIONS, so source maps are read. The time is that of an idle machine only; where others work too, the processor time says more. Lambda adds the start of its environment and of Node, which no bundle changes.",
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const coldStart: Part = {
  name: "cold-start",
  summary: "bundle bytes and init time of each function against an empty handler",
  run,
};

/** Runs parts one after the other: they are to have the machine to themselves. */
import type { TraceLine } from "../cli/trace-line.ts";
import type { Part } from "./part.ts";
import type { FailedPart, MeasuredPart } from "./report/bench-report.ts";
import { refuseTwins } from "./report/compose-report.ts";
import { loadNow } from "./report/describe-machine.ts";
import type { Versions } from "./report/read-versions.ts";

export type BenchTrace = { readonly from: string; readonly lines: readonly TraceLine[] };

export type RunOptions = {
  readonly parts: readonly Part[];
  readonly rounds: number;
  readonly trace: BenchTrace;
  readonly versions: Versions;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** After each part; a long run that breaks off has told what was done. */
  readonly onPart: (soFar: Ran) => void;
};

export type Ran = {
  readonly parts: readonly MeasuredPart[];
  readonly failed: readonly FailedPart[];
};

const runPart = async (part: Part, options: RunOptions): Promise<MeasuredPart> => {
  const { rounds, trace, versions, signal, onProgress } = options;
  const startedAt = new Date().toISOString();
  const startedMs = performance.now();
  const loadAtStart = loadNow();
  const report = await part.run({
    ...{ rounds, signal, trace: trace.lines },
    onProgress: (text) => onProgress(`${part.name}: ${text}`),
  });
  return {
    ...{ name: part.name, summary: part.summary, startedAt },
    seconds: Math.round(performance.now() - startedMs) / 1_000,
    ...{ rounds, loadAtStart, isClean: versions.isClean, trace: trace.from },
    ...(versions.commit === undefined ? {} : { commit: versions.commit }),
    ...report,
  };
};

/** A part that cannot be measured takes no other along. Ends early once aborted. */
export const runParts = async (options: RunOptions): Promise<Ran> => {
  const parts: MeasuredPart[] = [];
  const failed: FailedPart[] = [];
  for (const [index, part] of options.parts.entries()) {
    if (options.signal.aborted) break;
    options.onProgress(`${part.name}: ${part.summary} (${index + 1} of ${options.parts.length})`);
    try {
      const measured = await runPart(part, options);
      refuseTwins([...parts, measured]);
      parts.push(measured);
    } catch (error) {
      if (options.signal.aborted) break;
      const text = error instanceof Error ? error.message || error.name : String(error);
      failed.push({ name: part.name, error: text });
      options.onProgress(`${part.name}: NOT MEASURED: ${text}`);
    }
    options.onPart({ parts, failed });
  }
  return { parts, failed };
};

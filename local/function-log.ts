/**
 * A function's output, line by line, in a file of its own. Lines in CloudWatch's embedded metric
 * format are also handed on, since on AWS they would become metrics.
 */
import { createWriteStream, renameSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { JsonObject } from "./template.ts";

export type MetricListener = (metric: JsonObject, functionName: string) => void;

export type FunctionLog = {
  readonly read: (stream: Readable) => void;
  readonly write: (line: string) => void;
  readonly end: () => void;
};

const MAX_BYTES = 50 * 1024 * 1024;

/** At each start one older file is kept, so that logs do not grow with every run. */
const rotate = (file: string) => {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(file, `${file}.1`);
};

const metricOf = (line: string): JsonObject | undefined => {
  if (!line.includes('"_aws"')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

export const openFunctionLog = (
  file: string,
  functionName: string,
  onMetric: MetricListener | undefined,
): FunctionLog => {
  rotate(file);
  const out = createWriteStream(file, { flags: "a" });
  let ended = false;
  // What a killed process left in its pipe may come after the end, and is nobody's any more.
  const write = (line: string): void => {
    if (!ended) out.write(`${line}\n`);
  };
  return {
    read: (stream) => {
      createInterface({ input: stream }).on("line", (line) => {
        write(line);
        const metric = onMetric && metricOf(line);
        if (metric) onMetric(metric, functionName);
      });
    },
    write,
    end: () => {
      ended = true;
      out.end();
    },
  };
};

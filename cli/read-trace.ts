import { open } from "node:fs/promises";
import * as v from "valibot";
import { type NumberedLine, type TraceLine, traceLineSchema } from "./trace-line.ts";

const EXAMPLE =
  '{"at":"2025-03-14T09:00:00.000Z","orderId":"a-1","action":"pay"}, one JSON object a line';

const fault = (issue: v.BaseIssue<unknown>): string =>
  `${v.getDotPath(issue) ?? "the line"} is ${issue.received}; allowed: ${issue.message}`;

const parseLine = (text: string, place: string): TraceLine => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const start = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new Error(`${place} is no JSON: ${start}. Write it as ${EXAMPLE}.`);
  }
  const result = v.safeParse(traceLineSchema, value);
  if (result.success) return result.output;
  throw new Error(`${place}: ${result.issues.map(fault).join("; ")}. Example: ${EXAMPLE}.`);
};

/** The lines of a trace file, one at a time: a trace may be larger than the memory. */
export async function* readTrace(file: string): AsyncGenerator<NumberedLine> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot open the trace ${file} (${error.code}); give the path of a file`);
  });
  try {
    let number = 0;
    for await (const text of handle.readLines()) {
      number++;
      if (text.trim() === "") continue;
      yield { number, line: parseLine(text, `${file}, line ${number}`) };
    }
  } finally {
    await handle.close();
  }
}

export type TraceSize = { readonly lines: number; readonly orders: number };

/** Reads all of it, so that a fault in its last line is told before its first line is played. */
export const measureTrace = async (file: string): Promise<TraceSize> => {
  const orders = new Set<string>();
  let lines = 0;
  for await (const { line } of readTrace(file)) {
    lines++;
    orders.add(line.orderId);
  }
  if (lines === 0) throw new Error(`the trace ${file} has no lines; write it as ${EXAMPLE}`);
  return { lines, orders: orders.size };
};

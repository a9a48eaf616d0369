/**
 * Which lines of a trace have had their final answer, in a file, so that a play that broke off goes
 * on exactly where it was. A line is noted before the next one of its order is sent. So whatever
 * breaks off, a line that is asked again is its order's last one, and its answer is the same.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { pipeline } from "node:stream/promises";
import type { NumberedLine } from "./trace-line.ts";

export type PlayJournal = {
  /** Lines noted by earlier runs. */
  readonly done: ReadonlySet<number>;
  readonly note: (line: number) => void;
  readonly close: () => void;
};

/** What a journal belongs to, in its first line: one trace on one stage. */
const headOf = async (trace: string, stackName: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(trace), hash);
  return `${stackName} ${hash.digest("hex")}`;
};

export const openPlayJournal = async (
  file: string,
  { trace, stackName }: { readonly trace: string; readonly stackName: string },
): Promise<PlayJournal> => {
  const head = await headOf(trace, stackName);
  const [found, ...lines] = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  if (found !== undefined && found !== head) {
    throw new Error(
      `${file} is the journal of another trace or stage, or none at all; name a new file`,
    );
  }
  const output = openSync(file, "a");
  // A line that was cut off half way is ended here, and must not be taken for a smaller number.
  writeSync(output, found === undefined ? `${head}\n` : lines.at(-1) === "" ? "" : "?\n");
  return {
    done: new Set(lines.slice(0, -1).map(Number).filter(Number.isInteger)),
    note: (line) => writeSync(output, `${line}\n`),
    close: () => closeSync(output),
  };
};

export async function* withoutDone(
  lines: AsyncIterable<NumberedLine>,
  done: ReadonlySet<number>,
): AsyncGenerator<NumberedLine> {
  for await (const line of lines) {
    if (!done.has(line.number)) yield line;
  }
}

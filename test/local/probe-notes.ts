import { existsSync, readFileSync } from "node:fs";

export type Note = {
  readonly body?: string;
  readonly receives?: number;
  readonly key?: string;
  readonly record: Readonly<Record<string, unknown>>;
};

/** What the probe functions wrote down, in order. */
export const readNotes = (file: string): readonly Note[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

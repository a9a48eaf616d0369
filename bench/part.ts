/** What a part of `npm run bench` is given, and what it tells. */
import type { TraceLine } from "../cli/trace-line.ts";

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** A ratio of two things measured in the same run, or a count that does not depend on the machine. */
export type Figure = {
  /** Unique among all parts, kebab-case words, e.g. `effects: events/s against (b)`. */
  readonly name: string;
  /** The median over the rounds. */
  readonly value: number;
  readonly rounds?: readonly number[];
  /** `x`, `requests`, `write units`, `KB`. */
  readonly unit: string;
  /** Where one is set, the report says whether it is reached. */
  readonly goal?: Goal;
  /** One sentence: what against what, measured how. */
  readonly tells: string;
};

export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
};

export type Chart = {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
};

export type PartReport = {
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
  readonly notes: readonly string[];
};

export type PartOptions = {
  readonly rounds: number;
  /** Aborted at the first Ctrl-C: end every child and emulator, then return or reject. */
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  readonly trace: readonly TraceLine[];
};

export type Part = {
  readonly name: string;
  readonly summary: string;
  readonly run: (options: PartOptions) => Promise<PartReport>;
};

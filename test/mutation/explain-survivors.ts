/** Which mutants survived, and what `survivors.json` says why. */
import type { Mutant, MutantKey } from "./read-mutants.ts";

/** Why some mutants may live; each is named as often as it survives. */
export type Explanation = { readonly why: string; readonly mutants: readonly MutantKey[] };

export type Survivors = {
  readonly explained: readonly { readonly why: string; readonly mutants: readonly Mutant[] }[];
  readonly unexplained: readonly Mutant[];
  /** Explanations of what is no survivor any more, or no mutant. */
  readonly stale: readonly MutantKey[];
};

const DETECTED = ["Killed", "Timeout"];
const UNDETECTED = ["Survived", "NoCoverage"];

export const isDetected = ({ status }: Mutant): boolean => DETECTED.includes(status);
export const isSurvivor = ({ status }: Mutant): boolean => UNDETECTED.includes(status);

/** Percent of the mutants that a test could judge; what did not even load counts on neither side. */
export const scoreOf = (mutants: readonly Mutant[]): number => {
  const detected = mutants.filter(isDetected).length;
  const judged = detected + mutants.filter(isSurvivor).length;
  return judged === 0 ? 100 : (100 * detected) / judged;
};

const textOf = ({ file, mutator, line, mutated }: MutantKey): string =>
  JSON.stringify([file, mutator, line, mutated]);

/** Only the files that were mutated count: an explanation of another is not stale. */
export const explainSurvivors = (
  mutants: readonly Mutant[],
  explanations: readonly Explanation[],
): Survivors => {
  const open = Map.groupBy(mutants.filter(isSurvivor), textOf);
  const files = new Set(mutants.map(({ file }) => file));
  const stale: MutantKey[] = [];
  const explained = explanations.map(({ why, mutants: keys }) => ({
    why,
    mutants: keys
      .filter(({ file }) => files.has(file))
      .flatMap((key) => {
        const mutant = open.get(textOf(key))?.shift();
        if (mutant === undefined) stale.push(key);
        return mutant ?? [];
      }),
  }));
  return { explained, unexplained: [...open.values()].flat(), stale };
};

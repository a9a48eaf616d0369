import type { World } from "./world.ts";

export type Outcome =
  | { readonly kind: "passed"; readonly detail?: string }
  /** The endpoint lacks what the scenario needs: never silently passed. */
  | { readonly kind: "not here"; readonly reason: string };

/** One guarantee, tried from outside. It throws when the guarantee does not hold. */
export type Scenario = {
  /** For `--only`. */
  readonly name: string;
  /** The guarantee, as a sentence. */
  readonly title: string;
  /** "alone": after all others, with nothing else of this run under way. */
  readonly when?: "alone";
  readonly run: (world: World) => Promise<Outcome>;
};

export const PASSED: Outcome = { kind: "passed" };

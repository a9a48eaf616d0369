/** What a run of worlds found, and how the runs of two ranges of worlds make one. */
import type { InvariantName } from "./invariants.ts";
import { seedOf } from "./prng.ts";
import type { ShrunkWorld } from "./shrink.ts";

export type Found = {
  readonly invariant: InvariantName;
  readonly world: number;
  readonly detail: string;
  readonly shrunk: ShrunkWorld;
};

export type Findings = {
  readonly worlds: number;
  /** By world. */
  readonly violations: readonly Found[];
  /** How often each fault was dealt, by `site:kind`. */
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  readonly hash: number;
};

export type RunSummary = Findings & { readonly seed: number; readonly seconds: number };

export const noFindings: Findings = { worlds: 0, violations: [], faults: {}, events: 0, hash: 0 };

/** A world's share in the run's hash: sums of them do not depend on who ran which world when. */
export const hashShare = (world: number, hash: number): number => seedOf(world, hash);

const byName = ([a]: [string, number], [b]: [string, number]): number => (a < b ? -1 : 1);

export const addFindings = (a: Findings, b: Findings): Findings => {
  const faults = new Map(Object.entries(a.faults));
  for (const [name, hits] of Object.entries(b.faults)) {
    faults.set(name, (faults.get(name) ?? 0) + hits);
  }
  return {
    worlds: a.worlds + b.worlds,
    violations: [...a.violations, ...b.violations].sort((one, other) => one.world - other.world),
    faults: Object.fromEntries([...faults].sort(byName)),
    events: a.events + b.events,
    hash: (a.hash + b.hash) >>> 0,
  };
};

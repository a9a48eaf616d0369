/**
 * Makes a violating world small: strikes out orders, acts and faults, in halves and then one by
 * one, as long as the same invariant stays violated. What is left is the story.
 */
import type { Struck } from "./bus.ts";
import { type CodeUnderTest, runWorld } from "./run-world.ts";
import type { World } from "./world.ts";

export type ShrunkWorld = {
  readonly world: number;
  readonly orders: readonly string[];
  readonly acts: readonly string[];
  readonly faults: readonly string[];
};

export type Case = { readonly world: World; readonly faults: readonly string[] };

const RUNS = 400;

const violates = async (one: Case, code: CodeUnderTest, invariant: string): Promise<boolean> => {
  const plan: Struck = { struck: new Set(), only: new Set(one.faults) };
  const { violations } = await runWorld(one.world, code, plan);
  return violations[0]?.invariant === invariant;
};

/** Tries to do without ever smaller parts of a list. */
const without = async <T>(
  items: readonly T[],
  holds: (left: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> => {
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size >= 1 && kept.length > 0; ) {
    let smaller = false;
    for (let from = 0; from < kept.length; from += size) {
      const left = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await holds(left)) {
        kept = left;
        smaller = true;
        break;
      }
    }
    if (!smaller) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return kept;
};

export const shrink = async (
  first: Case,
  code: CodeUnderTest,
  invariant: string,
): Promise<Case> => {
  let runs = 0;
  const still = (one: Case) =>
    runs++ < RUNS ? violates(one, code, invariant) : Promise.resolve(false);
  if (!(await still(first))) return first;
  let { world } = first;
  const faults = await without(first.faults, (left) => still({ world, faults: left }));
  const acts = await without(world.acts, (left) =>
    still({ world: { ...world, acts: left }, faults }),
  );
  world = { ...world, acts };
  const orders = await without(world.orders, (left) =>
    left.length === 0
      ? Promise.resolve(false)
      : still({ world: { ...world, orders: left }, faults }),
  );
  world = { ...world, orders };
  return { world, faults: await without(faults, (left) => still({ world, faults: left })) };
};

export const describeCase = (index: number, { world, faults }: Case): ShrunkWorld => ({
  world: index,
  orders: world.orders.map(({ orderId, by, events }) => `${orderId} by ${by}: ${events.length}`),
  acts: world.acts.map(({ kind, atMs, consumer }) => `${kind} of c${consumer} at ${atMs} ms`),
  faults,
});

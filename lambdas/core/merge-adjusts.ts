/**
 * Several changes of the same items as one change of each.
 *
 * It is refused exactly when one of them, made after those before it, would be. So a bound on what
 * an attribute is after one change becomes a bound on what it is after all of them.
 */
import type { Adjust } from "./consumer.ts";

/** Names the item that an adjust changes. */
export const itemOf = ({ table, key }: Adjust): string =>
  JSON.stringify([table, ...Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))]);

type Numbers = Readonly<Record<string, number>>;
type Bound = "floor" | "ceiling";

/** Only an attribute that is added to is held to its bound. */
const boundsOf = ({ add, ...adjust }: Adjust, bound: Bound): [string, number][] =>
  Object.entries(adjust[bound] ?? {}).filter(([attribute]) => attribute in add);

const named = (name: Bound | "start", numbers: Numbers): Partial<Adjust> =>
  Object.keys(numbers).length === 0 ? {} : { [name]: numbers };

const mergeBounds = (first: Adjust, second: Adjust, bound: Bound): Partial<Adjust> => {
  const moved = boundsOf(first, bound).map(([attribute, limit]): [string, number] => [
    attribute,
    limit + (second.add[attribute] ?? 0),
  ]);
  const merged = Object.fromEntries(moved);
  for (const [attribute, limit] of boundsOf(second, bound)) {
    const other = merged[attribute] ?? limit;
    merged[attribute] = bound === "floor" ? Math.max(limit, other) : Math.min(limit, other);
  }
  return named(bound, merged);
};

/** What an attribute counts from matters only to the change that adds to it first. */
const mergeStarts = (first: Adjust, second: Adjust): Partial<Adjust> => {
  const own = Object.entries(first.start ?? {}).filter(([attribute]) => attribute in first.add);
  const later = Object.entries(second.start ?? {}).filter(
    ([attribute]) => !(attribute in first.add),
  );
  return named("start", Object.fromEntries([...own, ...later]));
};

const mergeTwo = (first: Adjust, second: Adjust): Adjust => {
  const add: Record<string, number> = { ...first.add };
  for (const [attribute, more] of Object.entries(second.add)) {
    add[attribute] = (add[attribute] ?? 0) + more;
  }
  return {
    ...{ kind: "adjust", table: first.table, key: first.key, add },
    ...mergeStarts(first, second),
    ...mergeBounds(first, second, "floor"),
    ...mergeBounds(first, second, "ceiling"),
  };
};

/** In the order in which each item comes first. */
export const mergeAdjusts = (adjusts: readonly Adjust[]): ReadonlyMap<string, Adjust> => {
  const merged = new Map<string, Adjust>();
  for (const adjust of adjusts) {
    const item = itemOf(adjust);
    const first = merged.get(item);
    merged.set(item, first === undefined ? adjust : mergeTwo(first, adjust));
  }
  return merged;
};

import type { Figure, Goal } from "../part.ts";

export type ReachRow = {
  readonly name: string;
  readonly value: number;
  /** `>= 5` or `<= 0.5`, in the figure's unit. */
  readonly goal: string;
  readonly ok: boolean;
};

const isReached = (value: number, goal: Goal): boolean =>
  "atLeast" in goal ? value >= goal.atLeast : value <= goal.atMost;

const textOf = (goal: Goal): string =>
  "atLeast" in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;

/** A row for each figure that has a goal. */
export const judgeGoals = (figures: readonly Figure[]): readonly ReachRow[] =>
  figures.flatMap(({ name, value, goal }) =>
    goal === undefined ? [] : [{ name, value, goal: textOf(goal), ok: isReached(value, goal) }],
  );

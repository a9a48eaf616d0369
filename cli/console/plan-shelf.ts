/** Keeps what was previewed, so that what is confirmed is that and nothing else. */
import { randomUUID } from "node:crypto";

export type PlanShelf<T> = {
  readonly put: (plan: T) => string;
  /** Once; `undefined` for a plan that was taken, or that many newer ones have pushed out. */
  readonly take: (id: string) => T | undefined;
};

/** A plan of 10,000 orders is about a megabyte. */
const KEPT = 20;

export const planShelf = <T>(): PlanShelf<T> => {
  const plans = new Map<string, T>();
  return {
    put: (plan) => {
      const id = randomUUID();
      plans.set(id, plan);
      const [oldest = ""] = plans.keys();
      if (plans.size > KEPT) plans.delete(oldest);
      return id;
    },
    take: (id) => {
      const plan = plans.get(id);
      plans.delete(id);
      return plan;
    },
  };
};

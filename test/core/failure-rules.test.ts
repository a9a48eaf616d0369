import * as v from "valibot";
import { expect, test } from "vitest";
import { type FailureRules, failureRulesSchema } from "../../lambdas/core/failure-rules.ts";
import { usualRules } from "./make-context.ts";

const isTaken = (rules: unknown): boolean => v.is(failureRulesSchema, rules);
const MILLION = 1_000_000;

test.each<[keyof FailureRules, number, number]>([
  ["attempts", 1, 1_000],
  ["failingSeconds", 0, 86_400],
  ["backoffBaseSeconds", 1, 3_600],
  ["backoffCapSeconds", 1, 43_200],
  ["bounceSeconds", 0, 900],
  ["retainDays", 0, 36_500],
])("a stage's %s is a whole number from %i to %i", (name, min, max) => {
  for (const value of [min, max]) expect(isTaken({ ...usualRules, [name]: value })).toBe(true);
  for (const value of [min - 1, max + 1, min + 0.5, String(min), undefined]) {
    expect(isTaken({ ...usualRules, [name]: value })).toBe(false);
  }
});

test.each<[keyof FailureRules["budget"], number]>([
  ["capacity", 1],
  ["appliedPerToken", 1],
  ["tokensPerMinute", 1],
  ["tokensPerHour", 0],
])("the dead-letter budget's %s is a whole number from %i to a million", (name, min) => {
  const withBudget = (value: unknown) => ({
    ...usualRules,
    budget: { ...usualRules.budget, [name]: value },
  });
  for (const value of [min, MILLION]) expect(isTaken(withBudget(value))).toBe(true);
  for (const value of [min - 1, MILLION + 1, min + 0.5, undefined]) {
    expect(isTaken(withBudget(value))).toBe(false);
  }
});

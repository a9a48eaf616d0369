import { expect, it } from "vitest";
import { parseAmount, parseDuration } from "../../cli/plan/parse-amounts.ts";

it.each([
  ["0", 0],
  ["7", 7],
  ["250k", 250_000],
  ["1.5M", 1_500_000],
  ["100M", 100_000_000],
  ["2G", 2_000_000_000],
])("%s events are %d", (text, count) => {
  expect(parseAmount(text, "the backlog")).toBe(count);
});

it.each([
  ["30s", 30],
  ["90m", 5_400],
  ["1.5h", 5_400],
  ["14d", 1_209_600],
])("%s are %d seconds", (text, seconds) => {
  expect(parseDuration(text, "the time")).toBe(seconds);
});

it.each(["", "-1", "1e6", "12 k", "ten", "9e99G", "99999999999999999999"])("refuses %j", (text) => {
  expect(() => parseAmount(text, "the backlog")).toThrow(`the backlog is ${text}; allowed:`);
});

it.each(["6", "h", "0h", "-6h", "6 hours"])("refuses the time %j", (text) => {
  expect(() => parseDuration(text, "the time")).toThrow(`the time is ${text}; allowed:`);
});

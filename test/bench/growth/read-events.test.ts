import { expect, it } from "vitest";
import { readEvents } from "../../../bench/growth/read-events.ts";

it("takes whole days of events, and 100,000 where nothing is said", () => {
  expect(readEvents({})).toBe(100_000);
  expect(readEvents({ GROWTH_EVENTS: "1000000" })).toBe(1_000_000);
});

it.each(["", "1000", "1500", "2000000", "-2000", "many"])("refuses %o, with the fix", (text) => {
  expect(() => readEvents({ GROWTH_EVENTS: text })).toThrow(
    /GROWTH_EVENTS is .*; allowed: .*100000/,
  );
});

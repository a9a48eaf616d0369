import { expect, test } from "vitest";
import { paceMs } from "../../local/pace.ts";

const after = (size: number, tookMs: number) => paceMs({ size, limit: 10, tookMs });

test("a full batch means a backlog, so the next poll follows at once", () => {
  expect(after(10, 500)).toBe(0);
});

test("after a small batch the wait follows its time, within bounds", () => {
  expect([after(1, 0), after(1, 50), after(9, 5_000)]).toEqual([25, 100, 200]);
});

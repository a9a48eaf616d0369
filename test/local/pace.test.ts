import { expect, test } from "vitest";
import { paceMs } from "../../local/pace.ts";

const after = (size: number, tookMs: number, limit = 10) => paceMs({ size, limit, tookMs });

test("a full batch means a backlog, so the next poll follows at once", () => {
  expect([after(10, 500), after(1, 500, 1)]).toEqual([0, 0]);
});

test("after a batch that was not full the wait follows its time and fullness, within bounds", () => {
  expect([after(9, 0), after(4, 90), after(7, 90), after(9, 5_000)]).toEqual([25, 60, 120, 200]);
});

test("however long a single message took, the next ones do not wait for it", () => {
  expect([after(0, 900), after(1, 900)]).toEqual([25, 25]);
});

import { expect, test } from "vitest";
import { latencyOf, openLatencyLog, untilTold } from "./latency-log.ts";

test("a latency belongs to the phase in which it is told, also when the phase comes back", () => {
  const log = openLatencyLog();
  log.begin("normal");
  log.hear("fraud", [1, 2]);
  log.begin("loaded");
  log.hear("fraud", [3]);
  log.begin("normal");
  log.hear("fraud", [4]);
  log.hear("loyalty", [5]);
  expect([log.toldIn("normal", "fraud"), log.toldIn("loaded", "fraud")]).toEqual([[1, 2, 4], [3]]);
  expect(log.toldIn("loaded", "loyalty")).toEqual([]);
});

test("a quantile is a value that was told", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(latencyOf(values)).toEqual({ p50Ms: 101, p99Ms: 199, events: 200 });
  expect(latencyOf([])).toEqual({ p50Ms: 0, p99Ms: 0, events: 0 });
});

test("a phase ends when each consumer has told of the events that it handles", async () => {
  const log = openLatencyLog();
  const consumers = [{ name: "loyalty", handles: ["order.paid"] }, { name: "fraud" }];
  log.begin("normal");
  let isOver = false;
  const over = untilTold(log, { phase: "normal", orders: 2, consumers }).then(() => {
    isOver = true;
  });
  log.hear("loyalty", [1, 1]);
  log.hear("fraud", [1, 1, 1]);
  await Promise.resolve();
  expect(isOver).toBe(false);
  log.hear("fraud", [1]);
  await over;
  expect(isOver).toBe(true);
});

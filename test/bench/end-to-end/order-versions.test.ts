import { expect, test } from "vitest";
import { runsOf } from "../../../bench/embedded/load-orders.ts";
import { orderVersions } from "../../../bench/embedded/order-versions.ts";
import { generateTrace } from "../../../cli/generate-trace.ts";

const TRACE = generateTrace(7, 120);
const versions = orderVersions(TRACE, "first");

test("an order has a version for each accepted step, and none for a refused one", () => {
  const seen = new Map<string, number>();
  for (const { orderId, version, events } of versions) {
    expect(version).toBe((seen.get(orderId) ?? 0) + 1);
    expect(events).toHaveLength(version);
    seen.set(orderId, version);
  }
  expect(seen.size).toBe(120);
  expect(versions.length).toBeGreaterThan(240);
  expect(versions.length).toBeLessThan(TRACE.length);
});

test("another name gives other orders and other events", () => {
  const ids = (name: string) =>
    orderVersions(TRACE, name).flatMap(({ orderId, events }) => [
      orderId,
      ...events.map(({ id }) => id),
    ]);
  const first = new Set(ids("first"));
  expect(ids("second").filter((id) => first.has(id))).toEqual([]);
});

test("what is written at once holds no order twice, and the orders' steps stay in sequence", () => {
  const runs = runsOf(versions);
  expect(runs.flat()).toEqual(versions);
  for (const run of runs) {
    expect(run.length).toBeLessThanOrEqual(25);
    expect(new Set(run.map(({ orderId }) => orderId)).size).toBe(run.length);
  }
});

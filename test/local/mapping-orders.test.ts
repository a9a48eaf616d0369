import { join } from "node:path";
import { expect, test } from "vitest";
import { openMappingOrders } from "../../local/mapping-orders.ts";
import { temporaryFolder } from "./small-stack.ts";

test("without an order the template decides", () => {
  const orders = openMappingOrders(join(temporaryFolder(), "orders.json"));
  expect([orders.startsEnabled("m", true), orders.startsEnabled("m", false)]).toEqual([
    true,
    false,
  ]);
});

test("an order holds from start to start, for its own mapping", () => {
  const file = join(temporaryFolder(), "orders.json");
  openMappingOrders(file).write("m", { enabled: false, template: true });
  for (const _ of [1, 2]) {
    const orders = openMappingOrders(file);
    expect([orders.startsEnabled("m", true), orders.startsEnabled("other", true)]).toEqual([
      false,
      true,
    ]);
  }
});

test("a new consumer that was given its history goes on while its template says paused", () => {
  const file = join(temporaryFolder(), "orders.json");
  openMappingOrders(file).write("m", { enabled: true, template: false });
  expect(openMappingOrders(file).startsEnabled("m", false)).toBe(true);
});

test("a template that says something else ends an order, for good", () => {
  const file = join(temporaryFolder(), "orders.json");
  openMappingOrders(file).write("m", { enabled: true, template: true });
  openMappingOrders(file).write("n", { enabled: false, template: true });
  expect(openMappingOrders(file).startsEnabled("m", false)).toBe(false);
  expect(openMappingOrders(file).startsEnabled("n", false)).toBe(false);
  expect(openMappingOrders(file).startsEnabled("n", true)).toBe(true);
});

/** A customer is erased from a stage that goes on: what they bought stays, their name does not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eraseCustomer, placesIn } from "../../cli/erase/erase-customer.ts";
import { findHoldings } from "../../cli/erase/find-holdings.ts";
import { replaceInOrder } from "../../cli/erase/replace-in-tables.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import type { PlaceLine, TraceLine } from "../../cli/trace-line.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { readAllTables, readTable } from "../end-to-end/read-rows.ts";
import { drain, quickSettings, startBus, type TestBus } from "../end-to-end/start-bus.ts";

const TRACE = generateTrace(51, 40);
const placings = TRACE.filter((line): line is PlaceLine => line.action === "place");
const byCustomer = Map.groupBy(placings, ({ customerId }) => customerId);
const [CUSTOMER = "", OTHER = ""] = [...byCustomer]
  .toSorted(([, a], [, b]) => b.length - a.length)
  .map(([customerId]) => customerId);
const OPEN = "open-order";
const at = "2026-01-01T00:00:00Z";
const step = (action: "pay" | "cancel"): TraceLine => ({ at, orderId: OPEN, action });
const placing: TraceLine = {
  ...{ at, orderId: OPEN, action: "place", customerId: CUSTOMER, currency: "EUR" },
  lines: [{ sku: "sku-1", quantity: 2, unitPriceCents: 5_000 }],
};
const TIMEOUT_MS = 120_000;

describe.skipIf(!hasDynoxide)("bus erase", () => {
  let world: TestBus;
  let pseudonym = "";
  const holders = async (id: string): Promise<string[]> =>
    Object.entries(await readAllTables(world.stage))
      .filter(([, items]) => items.some((item) => item.includes(`"${id}"`)))
      .map(([table]) => table.replace(/^OrderEventBus-dev-/, "").replace(/[0-9A-F]{8}$/, ""))
      .toSorted();
  const published = () => world.metrics.of("undefined", "Published");
  const pointsOf = async (id: string): Promise<number | undefined> => {
    const { points = "" } = consumerNamed(world.stage.outputs, "loyalty").tables;
    return (await readTable(world.stage, points)).find((row) => row.customerId === id)?.points;
  };
  const everywhere = [
    ...["StoreOrders", "fraudTablevelocity", "loyaltyTablepoints", "warehouseTablefacts"],
  ];

  beforeAll(async () => {
    world = await startBus(quickSettings);
    await world.play([...TRACE, placing]);
    await drain(world.stage);
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it("tells where the id is, and changes nothing", async () => {
    const before = await readAllTables(world.stage);
    const holdings = await findHoldings(world.stage, CUSTOMER);
    expect(holdings.orders).toHaveLength((byCustomer.get(CUSTOMER)?.length ?? 0) + 1);
    expect(holdings.orders.length).toBeGreaterThan(2);
    expect(holdings.heldBack).toEqual([]);
    expect(holdings.tables.map(({ table, place }) => `${table} by ${place}`)).toEqual([
      ...["points by key", "facts by attribute", "velocity by key"],
    ]);
    expect(await readAllTables(world.stage)).toEqual(before);
    expect(await holders(CUSTOMER)).toEqual(everywhere);
  });

  it("leaves an order alone that has moved on since it was found to be applied everywhere", async () => {
    const [order] = (await findHoldings(world.stage, CUSTOMER)).orders;
    if (order === undefined) throw new Error("the customer has no order");
    const stale = { ...order, version: order.version - 1 };
    const ids = { customerId: CUSTOMER, pseudonym: "erased-never" };
    expect(await replaceInOrder(world.stage, stale, ids)).toBe("changed");
    expect(await holders("erased-never")).toEqual([]);
  });

  it(
    "holds an order back while an event with the id is on its way",
    async () => {
      const { mappingId } = consumerNamed(world.stage.outputs, "loyalty");
      await world.bus.pauseMapping(mappingId);
      await world.play([step("pay")]);
      const { heldBack, orders } = await findHoldings(world.stage, CUSTOMER);
      expect(heldBack).toMatchObject([{ orderId: OPEN, version: 2 }]);
      expect(heldBack[0]?.behind).toContainEqual({ consumer: "loyalty", sequence: 0 });
      expect(orders.map(({ orderId }) => orderId)).not.toContain(OPEN);

      const erased = await eraseCustomer(world.stage, CUSTOMER);
      pseudonym = erased.pseudonym;
      expect(pseudonym).toMatch(/^erased-[0-9a-f]{20}$/);
      expect(erased.left.heldBack).toHaveLength(1);
      expect(await holders(CUSTOMER)).toContain("StoreOrders");
      world.bus.resumeMapping(mappingId);
      await drain(world.stage);
    },
    TIMEOUT_MS,
  );

  it(
    "replaces the rest under the same name, and leaves every figure as it was",
    async () => {
      const figures = await readFigures(world.stage);
      const [was = 0, before] = [await pointsOf(CUSTOMER), published()];
      const moved = (await pointsOf(pseudonym)) ?? 0;
      expect(was).toBeGreaterThanOrEqual(100);

      const erased = await eraseCustomer(world.stage, CUSTOMER);

      expect(erased.pseudonym).toBe(pseudonym);
      expect(placesIn(erased.left) + erased.left.heldBack.length).toBe(0);
      expect(await holders(CUSTOMER)).toEqual([]);
      expect(await holders(pseudonym)).toEqual(everywhere);
      expect(await pointsOf(pseudonym)).toBe(moved + was);
      const { loyalty, ...others } = await readFigures(world.stage);
      // The one row of the customer that the payment had made again is in the pseudonym's now.
      expect(loyalty).toEqual({
        ...figures.loyalty,
        customers: figures.loyalty.customers - (moved > 0 ? 1 : 0),
      });
      const { loyalty: _, ...expected } = figures;
      expect(others).toEqual(expected);
      expect(await holders(OTHER)).toEqual(everywhere);

      // Whatever the relay was told of it has come by when a later order has.
      await world.play([{ ...placing, orderId: "later-order", customerId: OTHER }]);
      const audit = await drain(world.stage);
      expect(audit.ok).toBe(true);
      expect(published()).toBe(before + 1);
    },
    TIMEOUT_MS,
  );

  it(
    "lets the order go on: its next event has the pseudonym",
    async () => {
      const points = (await pointsOf(pseudonym)) ?? 0;
      await world.play([step("cancel")]);
      expect((await drain(world.stage)).ok).toBe(true);
      expect(await pointsOf(pseudonym)).toBe(points - 100);
      expect(await holders(CUSTOMER)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    "is done by runs that each break off after one place, under one name",
    async () => {
      const { loyalty, warehouse } = await readFigures(world.stage);
      const names = new Set<string | undefined>();
      let runs = 0;
      for (let ended = false; !ended; runs++) {
        const controller = new AbortController();
        ended = await eraseCustomer(world.stage, OTHER, {
          onProgress: () => controller.abort(new Error("killed")),
          signal: controller.signal,
        }).then(
          () => true,
          () => false,
        );
        names.add((await findHoldings(world.stage, OTHER)).pseudonym);
      }
      expect(runs).toBeGreaterThan(5);
      // The name, until with the last place it is forgotten.
      expect(names.size).toBe(2);
      expect(names).toContain(undefined);
      expect(await holders(OTHER)).toEqual([]);
      expect(await readFigures(world.stage)).toMatchObject({ loyalty, warehouse });
    },
    TIMEOUT_MS,
  );
});

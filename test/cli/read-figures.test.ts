import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFigures } from "../../cli/read-figures.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, makeStage } from "./make-stage.ts";

const LINK = "0f".repeat(32);
const OTHER = `0e${"00".repeat(31)}`;

describe.skipIf(!hasDynoxide)("the figures", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    const next = { ...CONSUMERS[4], name: "fraud@2" } as (typeof CONSUMERS)[number];
    world = await makeStage(dynoxide.client, [next, ...CONSUMERS]);
  });
  afterAll(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  it("are all naught on a bus that has done nothing", async () => {
    expect(await readFigures(world.stage)).toMatchObject({
      ...{ orders: 0, events: 0, final: {}, warehouse: { facts: 0 } },
      inventory: { reserved: 0, shipped: 0, skus: 0 },
      fraud: { chains: 0, xor: "0x0" },
    });
  });

  it("are read from the tables and queues", async () => {
    await world.put("orders", makeOrder(["pay", "ship", "deliver"], "a"));
    await world.put("orders", makeOrder(["pay", "ship", "deliver"], "b"));
    await world.put("orders", makeOrder(["cancel"], "c"));
    await world.put("stock", { sku: "pen", available: 90, onHand: 95, reserved: 5, shipped: 7 });
    await world.put("stock", { sku: "ink", available: 99, onHand: 99, reserved: 0, shipped: 1 });
    await world.put("points", { customerId: "x", points: 40 });
    await world.put("points", { customerId: "y", points: 0 });
    await world.put("bought", { sku: "pen", bought: 12 });
    await world.put("together", { sku: "ink", other: "pen", together: 4 });
    await world.put("facts", { day: "2026-01-01", eventId: "e1" });
    await world.put("facts", { day: "2026-01-01", eventId: "e2" });
    // Another generation's chain, another consumer's state, and a row without a chain do not count.
    await world.putRow("fraud@2", { ...appliedRow("a", 4), state: { chain: LINK } });
    await world.putRow("fraud@2", { ...appliedRow("b", 4), state: { chain: OTHER } });
    await world.putRow("fraud", { ...appliedRow("a", 4), state: { chain: "ff" } });
    await world.putRow("inventory", { ...appliedRow("a", 4), state: { held: {} } });
    await world.putRow("fraud@2", appliedRow("c", 0));
    world.depths.set("warehouse-dead", 3);

    expect(await readFigures(world.stage)).toEqual({
      ...{ orders: 3, events: 10, final: { delivered: 2, cancelled: 1 } },
      inventory: { reserved: 5, shipped: 8, skus: 2 },
      loyalty: { points: 40, customers: 2 },
      recommendation: { pairs: 1, together: 4, bought: 12 },
      warehouse: { facts: 2 },
      fraud: { chains: 2, xor: `0x1${"0f".repeat(31)}` },
      deadLetters: {
        ...{ "fraud@2": 0, inventory: 0, loyalty: 0, recommendation: 0, warehouse: 3, fraud: 0 },
      },
    });
  });

  it("name a consumer that the stage does not have", async () => {
    const { outputs } = world.stage;
    const Consumers = outputs.Consumers.filter(({ name }) => name !== "loyalty");
    const reading = readFigures({ ...world.stage, outputs: { ...outputs, Consumers } });
    await expect(reading).rejects.toThrow(/OrderEventBus-test has no consumer loyalty; it has /);
  });
});

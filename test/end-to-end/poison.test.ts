/**
 * One poison event among hundreds of healthy ones. The cause is real: somebody wrote a text into
 * the stock row of one SKU where a number belongs, and DynamoDB refuses to add to it.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { countEvents, predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { makeOrderLines, spread } from "./make-order-lines.ts";
import { listDeadHeads, readRow, readTable } from "./read-rows.ts";
import { redriveByHand } from "./redrive-by-hand.ts";
import { drain, quickSettings, startBus, type TestBus } from "./start-bus.ts";

const POISONED = "poisoned-order";
const BROKEN_SKU = "sku-broken";
const SOUND_SKU = "sku-beside-the-broken-one";
const [placed, paid, shipped, delivered] = makeOrderLines(POISONED, [
  { sku: SOUND_SKU, quantity: 1, unitPriceCents: 1_000 },
  { sku: BROKEN_SKU, quantity: 2, unitPriceCents: 2_500 },
]);
const HEALTHY = generateTrace(11, 300);
const TRACE = [...HEALTHY, placed, paid, shipped, delivered];
/** Of its four events those that inventory handles; the others pass it by. */
const LETTERS = [
  { subject: POISONED, sequence: 1, type: "order.created" },
  { subject: POISONED, sequence: 3, type: "order.shipped" },
];
const handled = (lines: Parameters<typeof countEvents>[0]) =>
  countEvents(lines, ["created", "cancelled", "shipped"]);
const UNTOUCHED = { parkedOrders: 0, parkedEvents: 0, deadLetters: 0, waiting: 0, behind: 0 };
const PARKED = { parkedOrders: 1, parkedEvents: 2, deadLetters: 2, waiting: 0, behind: 0 };
const TIMEOUT_MS = 300_000;

describe.skipIf(!hasDynoxide)("a poison event among healthy ones", () => {
  let world: TestBus;
  let stockTable: string;
  const writeStock = (row: object) =>
    world.stage.dynamo.send(
      new PutItemCommand({ TableName: stockTable, Item: marshall({ sku: BROKEN_SKU, ...row }) }),
    );
  const deadRow = async () => {
    const rows = await listDeadHeads(world.stage, "inventory");
    expect(rows.map(({ orderId }) => orderId)).toEqual([POISONED]);
    return readRow(world.stage, "inventory", POISONED);
  };
  const expectParked = async () => {
    const audit = await drain(world.stage);
    expect(audit).toMatchObject({ ok: true, problems: [] });
    for (const { name, ...consumer } of audit.consumers) {
      expect({ name, ...consumer }).toMatchObject(name === "inventory" ? PARKED : UNTOUCHED);
    }
  };

  beforeAll(async () => {
    world = await startBus(quickSettings);
    stockTable = consumerNamed(world.stage.outputs, "inventory").tables.stock ?? "";
    await writeStock({ available: 50, onHand: 50, reserved: "none", shipped: 0 });
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "takes only its own followers along, in order and untried, and tells why",
    async () => {
      await world.play(spread(HEALTHY, [placed, paid, shipped]));
      await drain(world.stage);
      // This one comes when the others have left the queue: it must not overtake them either.
      await world.play([delivered]);
      await expectParked();

      const row = await deadRow();
      expect(row).toMatchObject({
        seq: 0,
        life: {
          seq: 1,
          eventType: "order.created",
          attempts: 1,
          open: false,
          error: { name: expect.stringMatching(/^Validation/), message: expect.any(String) },
          dead: { cause: "not retryable", atMs: expect.any(Number) },
        },
      });
      expect(row.life.error.message).not.toBe("");
      expect(row.life.firstMs).toBeGreaterThanOrEqual(row.life.sentAtMs);
      expect(row.life.lastMs).toBeGreaterThanOrEqual(row.life.firstMs);
      expect(row.life.dead.atMs).toBeGreaterThanOrEqual(row.life.lastMs);

      const { metrics } = world;
      expect(metrics.of("inventory", "Dead")).toBe(1);
      expect(metrics.of("inventory", "Retried")).toBe(0);
      expect(metrics.of("inventory", "Applied")).toBe(handled(HEALTHY));
    },
    TIMEOUT_MS,
  );

  it("leaves every other order and the other four consumers exact", async () => {
    const { refused: _, inventory: __, ...others } = predictFigures(TRACE);
    expect(await readFigures(world.stage)).toMatchObject({
      ...others,
      deadLetters: { inventory: 2, loyalty: 0, recommendation: 0, warehouse: 0, fraud: 0 },
    });
    const stock = await readTable(world.stage, stockTable);
    const sums = { reserved: 0, shipped: 0, skus: 0 };
    for (const { sku, reserved, shipped } of stock) {
      if (sku === BROKEN_SKU) continue;
      sums.reserved += reserved;
      sums.shipped += shipped;
      sums.skus++;
    }
    // All lines or none: the SKU beside the broken one has no row.
    expect(sums).toEqual(predictFigures(HEALTHY).inventory);
  });

  it(
    "ends where it was when it is redriven before the repair",
    async () => {
      const before = await deadRow();
      expect(await redriveByHand(world.stage, "inventory")).toEqual(LETTERS);
      await expectParked();
      const after = await deadRow();
      expect(after.life.messageId).not.toBe(before.life.messageId);
      expect(after).toMatchObject({ seq: 0, life: { seq: 1, attempts: 1 } });
      expect(world.metrics.of("inventory", "Dead")).toBe(2);
    },
    TIMEOUT_MS,
  );

  it(
    "takes effect exactly once when it is redriven after the repair",
    async () => {
      await writeStock({ available: 50, onHand: 50, reserved: 0, shipped: 0 });
      expect(await redriveByHand(world.stage, "inventory")).toEqual(LETTERS);
      await drain(world.stage);

      const { refused: _, ...figures } = predictFigures(TRACE);
      expect(await readFigures(world.stage)).toEqual({
        ...figures,
        deadLetters: { inventory: 0, loyalty: 0, recommendation: 0, warehouse: 0, fraud: 0 },
      });
      const audit = await auditOrders(world.stage);
      expect(audit.ok).toBe(true);
      for (const consumer of audit.consumers) expect(consumer).toMatchObject(UNTOUCHED);
      const stock = await readTable(world.stage, stockTable);
      expect(stock.find(({ sku }) => sku === BROKEN_SKU)).toEqual({
        ...{ sku: BROKEN_SKU, available: 48, onHand: 48, reserved: 0, shipped: 2 },
      });
      expect(world.metrics.of("inventory", "Applied")).toBe(handled(TRACE));
      expect(await listDeadHeads(world.stage, "inventory")).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

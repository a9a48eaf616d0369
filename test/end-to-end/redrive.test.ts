/** `bus dlq`, from its library functions, on a bus whose dead letters died as they do. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDeadLetters } from "../../cli/dead-letters/list-dead-letters.ts";
import { planRedrive } from "../../cli/dead-letters/plan-redrive.ts";
import { redriveDeadLetters } from "../../cli/dead-letters/redrive-dead-letters.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import {
  breakStock,
  EVENTS,
  makeOrders,
  mendStock,
  poisonSettings,
  putOrders,
} from "../redrive-load/poison-orders.ts";
import { drain, startBus, type TestBus } from "./start-bus.ts";

const TIMEOUT_MS = 180_000;
const ORDERS = 25;

describe.skipIf(!hasDynoxide)("a redrive", () => {
  let world: TestBus;
  beforeAll(async () => {
    world = await startBus(poisonSettings);
    await breakStock(world.stage, "broken-a");
    await breakStock(world.stage, "broken-b");
    await putOrders(world.stage, makeOrders("a", ORDERS, "broken-a"));
    await putOrders(world.stage, makeOrders("b", ORDERS, "broken-b"));
    await drain(world.stage);
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "lists every order once, with its head's cause, and explains the queue's depth",
    async () => {
      const list = await listDeadLetters(world.stage, "inventory");
      expect(list).toMatchObject({
        ...{ consumer: "inventory", letters: 2 * ORDERS * EVENTS, depth: 2 * ORDERS * EVENTS },
        remarks: [],
      });
      expect(list.orders).toHaveLength(2 * ORDERS);
      for (const order of list.orders) {
        expect(order).toMatchObject({ fromSequence: 1, toSequence: EVENTS, seen: true });
        expect(order.head).toMatchObject({
          sequence: 1,
          cause: "not retryable",
          attempts: expect.any(Number),
        });
      }
    },
    TIMEOUT_MS,
  );

  it(
    "moves what the plan counted, and all of it takes effect",
    async () => {
      await mendStock(world.stage, "broken-a");
      const filter = { orderIds: makeOrders("a", ORDERS, "").map(({ orderId }) => orderId) };
      const plan = await planRedrive(world.stage, "inventory", { filter });
      const done = await redriveDeadLetters(world.stage, plan);
      expect(done).toMatchObject({ kind: "done", moved: ORDERS * EVENTS, notFound: 0 });
      const audit = await drain(world.stage);
      expect(audit.ok).toBe(true);
      expect(audit.consumers[0]).toMatchObject({ name: "inventory", parkedOrders: ORDERS });
    },
    TIMEOUT_MS,
  );
});

/**
 * Consumers that fall behind. A critical one closes the shop for new orders until it has caught up;
 * orders that were taken go on all the while, and nobody has to lend a hand.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiAnswer, ApiCall, Send } from "../../cli/api-call.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { defaultPatience, sendPatiently } from "../../cli/send-patiently.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { readAdmissionState } from "../../lambdas/aws/read-admission-state.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { drain, quickSettings, startBus, type TestBus } from "./start-bus.ts";

const CLOSE_AT = 20;
const OPEN_AT = 5;
const SETTINGS = {
  ...quickSettings,
  admission: {
    critical: ["warehouse"],
    minimumSeconds: { open: 0, closed: 1 },
    marks: { default: { depth: { closeAt: CLOSE_AT, openAt: OPEN_AT } } },
  },
};
const TIMEOUT_MS = 300_000;

const placing = (orderId: string): ApiCall => ({
  method: "POST",
  path: "/orders",
  headers: { "content-type": "application/json", "idempotency-key": orderId },
  body: JSON.stringify({
    orderId,
    customerId: "ada",
    currency: "EUR",
    lines: [{ sku: "tea", quantity: 1, unitPriceCents: 250 }],
  }),
});
const stepping = (orderId: string, step: string): ApiCall => ({
  method: "POST",
  path: `/orders/${orderId}/${step}`,
  headers: {},
});

describe.skipIf(!hasDynoxide)("the admission door", () => {
  let world: TestBus;
  let placed = 0;
  const nextOrder = () => `order-${++placed}`;
  const consumer = (name: string) => consumerNamed(world.stage.outputs, name);
  const depth = (name: string) => queueDepth(world.stage.sqs, consumer(name).queueUrl);
  const state = () => readAdmissionState(world.stage.dynamo, world.stage.outputs.DedupTable);
  const decided = async (times: number) => {
    const { rev } = await state();
    await until("the gauges are looked at", async () => (await state()).rev >= rev + times);
  };

  /** A new order of a caller who comes again; nothing, if it is let in at once. */
  const comeAgain = async () => {
    const refusals: ApiAnswer[] = [];
    const waits: number[] = [];
    const told = Promise.withResolvers<void>();
    const send: Send = async (call) => {
      const answer = await world.send(call);
      if (answer.status === 503) refusals.push(answer);
      return answer;
    };
    const wait = (ms: number) => {
      waits.push(ms);
      told.resolve();
      return defaultPatience.wait(ms);
    };
    const comingAgain = sendPatiently(send, placing(nextOrder()), { ...defaultPatience, wait });
    await Promise.race([comingAgain, told.promise]);
    const [refused] = refusals;
    return refused && { refused, comingAgain, waits };
  };

  beforeAll(async () => {
    // One environment of the API, so that one kept answer counts for every call.
    world = await startBus(SETTINGS, { scheduleSeconds: 0.2, apiConcurrency: 1 });
    await until("the first look", async () => (await state()).rev > 0);
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "stays open however far a consumer is behind that is not critical",
    async () => {
      await world.bus.pauseMapping(consumer("fraud").mappingId);
      for (let orders = 0; orders <= CLOSE_AT; orders++) {
        expect((await world.send(placing(nextOrder()))).status).toBe(201);
        // No faster than the critical one takes them, on however busy a machine.
        await until("the order is at fraud", async () => (await depth("fraud")) === placed);
        await until("warehouse keeps up", async () => (await depth("warehouse")) <= OPEN_AT);
      }
      expect(await depth("fraud")).toBeGreaterThan(CLOSE_AT);
      await decided(2);
      expect(await state()).toMatchObject({ position: "open", pressures: [] });
      world.bus.resumeMapping(consumer("fraud").mappingId);
    },
    TIMEOUT_MS,
  );

  it(
    "closes for new orders while a critical one is behind, takes all steps, and opens by itself",
    async () => {
      const taken = nextOrder();
      expect((await world.send(placing(taken))).status).toBe(201);
      await world.bus.pauseMapping(consumer("warehouse").mappingId);
      const { refused, comingAgain, waits } = await until("a new order is turned away", comeAgain);
      expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(10);
      expect(JSON.parse(refused.body).type).toBe("urn:order-event-bus:problem:closed");
      expect(await state()).toMatchObject({
        position: "closed",
        pressures: [{ consumer: "warehouse", gauge: "depth" }],
      });

      // What was taken before goes on, and its repeats are answered as ever.
      expect((await world.send(placing(taken))).status).toBe(201);
      for (const step of ["pay", "ship", "deliver"]) {
        expect((await world.send(stepping(taken, step))).status).toBe(200);
      }
      expect((await world.send(stepping("order-1", "cancel"))).status).toBe(200);

      expect(waits[0]).toBeGreaterThanOrEqual(10_000);
      world.bus.resumeMapping(consumer("warehouse").mappingId);
      const { answer, tries } = await comingAgain;
      expect({ status: answer.status, came: tries > 1 }).toEqual({ status: 201, came: true });
      expect(await state()).toMatchObject({ position: "open", pressures: [] });
    },
    TIMEOUT_MS,
  );

  it(
    "and in the end every order is everywhere, none of those turned away is anywhere",
    async () => {
      const audit = await drain(world.stage);
      expect(audit).toMatchObject({ ok: true, problems: [] });
      // The last one was turned away at first, and taken later: every name is an order.
      expect(audit.orders).toBe(placed);
      expect(audit.events).toBe(placed + 4);
    },
    TIMEOUT_MS,
  );
});

/** `bus dlq` on a bus whose dead letters died as dead letters do: of a broken stock row. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDeadLetters } from "../../cli/dead-letters/list-dead-letters.ts";
import { planRedrive } from "../../cli/dead-letters/plan-redrive.ts";
import { hideLetters, receiveLetters } from "../../cli/dead-letters/receive-letters.ts";
import { redriveDeadLetters } from "../../cli/dead-letters/redrive-dead-letters.ts";
import { leaseHolder, takeLease } from "../../cli/dead-letters/redrive-lease.ts";
import { queueCounts, queueDepth } from "../../cli/queue-depth.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import {
  breakStock,
  EVENTS,
  LETTERS,
  makeOrders,
  mendStock,
  poisonSettings,
  putOrders,
  STOCK,
} from "../redrive-load/poison-orders.ts";
import { runBusTool, startBusTool } from "../redrive-load/run-bus.ts";
import { readRow, readTable } from "./read-rows.ts";
import { drain, startBus, type TestBus } from "./start-bus.ts";

const TIMEOUT_MS = 300_000;
const ORDERS = 25;
const ALL_LETTERS = ORDERS * LETTERS;

describe.skipIf(!hasDynoxide)("bus dlq", () => {
  let world: TestBus;
  const bus = (...words: string[]) => runBusTool(world.dataDir, ["dlq", ...words]);
  const ids = (prefix: string) => makeOrders(prefix, ORDERS, "").map(({ orderId }) => orderId);
  const planFor = (prefix: string) =>
    planRedrive(world.stage, "inventory", { filter: { orderIds: ids(prefix) } });
  const depth = () =>
    queueDepth(world.stage.sqs, consumerNamed(world.stage.outputs, "inventory").deadLetterQueueUrl);
  const stockOf = async (wanted: string) => {
    const table = consumerNamed(world.stage.outputs, "inventory").tables.stock ?? "";
    return (await readTable(world.stage, table)).find(({ sku }) => sku === wanted);
  };
  const inventory = async () => {
    const audit = await drain(world.stage);
    expect(audit.problems).toEqual([]);
    return audit.consumers.find(({ name }) => name === "inventory");
  };

  beforeAll(async () => {
    world = await startBus(poisonSettings);
    for (const letter of ["a", "b", "c"]) {
      await breakStock(world.stage, `sku-${letter}`);
      await putOrders(
        world.stage,
        makeOrders(letter, letter === "c" ? 1 : ORDERS, `sku-${letter}`),
      );
    }
    await drain(world.stage);
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "lists every order once, with its head's cause, and explains the queue's depth",
    async () => {
      const { code, result } = await bus("list", "inventory");
      expect(code).toBe(1);
      const all = 2 * ALL_LETTERS + LETTERS;
      expect(result).toMatchObject({
        consumer: "inventory",
        letters: all,
        depth: all,
        remarks: [],
      });
      expect(result.orders).toHaveLength(2 * ORDERS + 1);
      for (const order of result.orders) {
        expect(order).toMatchObject({ fromSequence: 1, toSequence: EVENTS, seen: true });
        expect(order.head).toMatchObject({ sequence: 1, cause: "not retryable" });
        expect(order.head.error.name).toMatch(/^Validation/);
      }
      expect(await depth()).toBe(all);
    },
    TIMEOUT_MS,
  );

  it(
    "shows each of several who look at once all there is: none hides letters from another",
    async () => {
      const plans = await Promise.all(Array.from({ length: 4 }, () => planFor("a")));
      for (const plan of plans) {
        expect(plan).toMatchObject({ letters: ALL_LETTERS, remarks: [] });
        expect(plan).not.toHaveProperty("partlySeen");
      }
    },
    TIMEOUT_MS,
  );

  it(
    "says that a plan is not all, where somebody polls the queue",
    async () => {
      const { sqs } = world.stage;
      const { deadLetterQueueUrl } = consumerNamed(world.stage.outputs, "inventory");
      const polled = await receiveLetters(sqs, deadLetterQueueUrl, { hideSeconds: 600 });
      expect(polled).not.toEqual([]);
      let told = 0;
      const patience = { patienceSeconds: 1, onWait: () => told++ };
      const handles = polled.map(({ receiptHandle }) => receiptHandle);
      const plan = await planRedrive(world.stage, "inventory", patience).finally(() =>
        hideLetters(sqs, deadLetterQueueUrl, handles, 0),
      );
      expect(plan).toMatchObject({ partlySeen: true });
      expect(plan.letters).toBeLessThan(2 * ALL_LETTERS + LETTERS);
      expect(plan.remarks[0]).toMatch(/were hidden: somebody polls/);
      expect(told).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    "refuses a second operator, and says who is at work and until when (T34)",
    async () => {
      const before = await planFor("a");
      const taken = await takeLease(world.stage, "inventory", { act: "redrive", holder: "ada" });
      if (taken.kind !== "held") throw new Error(`held by ${taken.by.holder}`);
      // As ada's run does with what it has in hand; nobody waits for that to be told of her.
      const { sqs } = world.stage;
      const { deadLetterQueueUrl } = consumerNamed(world.stage.outputs, "inventory");
      const inHand = await receiveLetters(sqs, deadLetterQueueUrl, { hideSeconds: 600 });
      expect(inHand).not.toEqual([]);
      const handles = inHand.map(({ receiptHandle }) => receiptHandle);
      const plan = await planRedrive(world.stage, "inventory", { patienceSeconds: 3_600 }).finally(
        () => hideLetters(sqs, deadLetterQueueUrl, handles, 0),
      );
      expect(plan.remarks[0]).toMatch(/^ada is at work here/);
      expect(plan.orders).toEqual([]);
      // Also one whose plan is older than the other's lease.
      for (const late of [plan, before]) {
        expect(await redriveDeadLetters(world.stage, late)).toMatchObject({
          ...{ kind: "leased", by: { holder: "ada", heldUntilMs: expect.any(Number) } },
        });
      }
      expect(await depth()).toBe(2 * ALL_LETTERS + LETTERS);
      await taken.lease.release();
      const again = await takeLease(world.stage, "inventory", { act: "redrive" });
      expect(again.kind).toBe("held");
      if (again.kind === "held") await again.lease.release();
    },
    TIMEOUT_MS,
  );

  it(
    "sends one order first, and stops when that fails again (T36)",
    async () => {
      const { code, result } = await bus("redrive", "inventory", "--order", ...ids("b"), "--yes");
      expect(code).toBe(1);
      expect(result).toMatchObject({ kind: "canary failed", planned: ALL_LETTERS, moved: LETTERS });
      expect(result.canary).toMatchObject({ kind: "failed", sequence: 1 });
      expect(await inventory()).toMatchObject({ parkedOrders: 2 * ORDERS + 1, missing: 0 });
    },
    TIMEOUT_MS,
  );

  it(
    "moves what the dry run counted and nothing else, and all of it takes effect (T35)",
    async () => {
      await mendStock(world.stage, "sku-a");
      const preview = await bus("redrive", "inventory", "--order", ...ids("a"), "--dry-run");
      expect(preview).toMatchObject({ code: 0, result: { letters: ALL_LETTERS, remarks: [] } });
      const before = await depth();
      const { code, result } = await bus("redrive", "inventory", "--order", ...ids("a"), "--yes");
      expect(result).toMatchObject({ kind: "done", moved: preview.result.letters, notFound: 0 });
      expect(code).toBe(0);
      expect(before - (await depth())).toBe(ALL_LETTERS);
      expect(await inventory()).toMatchObject({ parkedOrders: ORDERS + 1 });
      const left = STOCK - ORDERS;
      expect(await stockOf("sku-a")).toMatchObject({ onHand: left, reserved: 0, shipped: ORDERS });
    },
    TIMEOUT_MS,
  );

  it(
    "ends in order at Ctrl-C: what is in hand is done, the rest given back, the lease free",
    async () => {
      await mendStock(world.stage, "sku-b");
      const before = await depth();
      const words = ["dlq", "redrive", "inventory", "--order", ...ids("b"), "--json"];
      const tool = startBusTool(world.dataDir, [...words, "--yes", "--no-canary", "--rate", "10"]);
      await until("it has begun", async () => (await depth()) <= before - LETTERS);
      tool.kill("SIGINT");
      const { code, out } = await tool.done;
      expect(code).toBe(130);
      const result = JSON.parse(out);
      expect(result).toMatchObject({ kind: "interrupted", undeleted: 0 });
      expect(before - (await depth())).toBe(result.moved);
      expect(result.moved).toBeLessThan(ALL_LETTERS);
      expect(await leaseHolder(world.stage, "inventory")).toBeUndefined();
      const { sqs, outputs } = world.stage;
      const { deadLetterQueueUrl } = consumerNamed(outputs, "inventory");
      expect(await queueCounts(sqs, deadLetterQueueUrl)).toMatchObject({ inFlight: 0 });
    },
    TIMEOUT_MS,
  );

  it(
    "goes on after it was killed on its way: nothing is lost or done twice (T37)",
    async () => {
      const before = await depth();
      const words = ["dlq", "redrive", "inventory", "--order", ...ids("b")];
      const tool = startBusTool(world.dataDir, [...words, "--yes", "--no-canary", "--rate", "10"]);
      await until(
        "some of the letters are sent",
        async () => (await depth()) <= LETTERS + (before - LETTERS) * 0.8,
      );
      tool.kill("SIGKILL");
      await tool.done;
      expect(await depth()).toBeGreaterThan(LETTERS);
      const refused = await redriveDeadLetters(world.stage, await planFor("b"));
      expect(refused.kind).toBe("leased");
      const resumed = await until(
        "the dead tool's lease is over",
        async () => redriveDeadLetters(world.stage, await planFor("b")),
        ({ kind }) => kind !== "leased",
      );
      expect(resumed).toMatchObject({ kind: "done", notFound: 0 });
      expect(await depth()).toBe(LETTERS);
      expect(await inventory()).toMatchObject({ parkedOrders: 1, deadLetters: LETTERS });
      const left = STOCK - ORDERS;
      expect(await stockOf("sku-b")).toMatchObject({ onHand: left, reserved: 0, shipped: ORDERS });
    },
    TIMEOUT_MS,
  );

  it(
    "discards a dead event with a record of it, and lets its followers go",
    async () => {
      const why = "a test order";
      const words = ["discard", "inventory", "c-0", "--why", why, "--by", "ada", "--yes"];
      const { code, result } = await bus(...words);
      expect(result).toMatchObject({
        ...{ kind: "discarded", letterRemoved: true, followersMoved: LETTERS - 1 },
        ...{ sequence: EVENTS, toSequence: EVENTS },
      });
      expect(code).toBe(0);
      expect(await inventory()).toMatchObject({ parkedOrders: 0, deadLetters: 0 });
      const row = await readRow(world.stage, "inventory", "c-0");
      expect(row).toMatchObject({
        // Its last event is none that inventory handles.
        seq: EVENTS - 1,
        discarded: [
          { seq: 1, who: "ada", why, cause: "not retryable", eventType: "order.created" },
        ],
      });
      expect(await listDeadLetters(world.stage, "inventory")).toMatchObject({
        ...{ orders: [], depth: 0, remarks: [] },
      });
      expect((await bus(...words).catch(({ message }) => message)).toString()).toMatch(/not dead/);
    },
    TIMEOUT_MS,
  );
});

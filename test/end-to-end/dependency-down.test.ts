/**
 * A consumer that fails for everyone for a while: the table of its points is down, for it alone.
 * What it must not do is to flush a day's orders into the dead-letter queue.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { countDue } from "./count-due.ts";
import { listDeadHeads, readTable } from "./read-rows.ts";
import { redriveByHand } from "./redrive-by-hand.ts";
import { drain, quickRules, quickSettings, startBus, type TestBus } from "./start-bus.ts";
import { type FaultyEndpoint, startFaultyEndpoint } from "./start-faulty-endpoint.ts";

const ATTEMPTS = 2;
const FAILING_SECONDS = 10;
const TOKENS = 3;
const SETTINGS = {
  ...quickSettings,
  failureRules: {
    ...quickRules,
    attempts: ATTEMPTS,
    failingSeconds: FAILING_SECONDS,
    budget: { ...quickRules.budget, capacity: TOKENS },
  },
  maxReceiveCount: 60,
};
const TIMEOUT_MS = 300_000;
const NO_DEAD_LETTERS = { inventory: 0, loyalty: 0, recommendation: 0, warehouse: 0, fraud: 0 };

const isPaid = (lines: readonly TraceLine[], orderId: string) =>
  predictFigures(lines.filter((line) => line.orderId === orderId)).loyalty.customers === 1;

describe.skipIf(!hasDynoxide)("a dependency of one consumer is down", () => {
  let world: TestBus;
  let dynamo: FaultyEndpoint;
  const played: TraceLine[] = [];
  const play = (lines: readonly TraceLine[]) => {
    played.push(...lines);
    return world.play(lines);
  };
  const expectAllApplied = async () => {
    const audit = await drain(world.stage);
    expect(audit).toMatchObject({ ok: true, problems: [] });
    for (const consumer of audit.consumers) {
      expect(consumer).toMatchObject({ applied: audit.events, parkedOrders: 0, deadLetters: 0 });
      const due = await countDue(world.stage, consumer.name);
      expect(world.metrics.of(consumer.name, "Applied")).toBe(due);
    }
    const { refused: _, ...figures } = predictFigures(played);
    expect(await readFigures(world.stage)).toEqual({ ...figures, deadLetters: NO_DEAD_LETTERS });
  };
  const othersAreDone = async () => {
    const { events, consumers } = await auditOrders(world.stage);
    const others = consumers.filter(({ name }) => name !== "loyalty");
    return others.every(({ applied, waiting }) => applied === events && waiting === 0);
  };

  beforeAll(async () => {
    dynamo = await startFaultyEndpoint();
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url };
    world = await startBus(SETTINGS, {
      functionEnvironment: (name) => (name.includes("loyalty") ? environment : {}),
    });
    const { points = "" } = consumerNamed(world.stage.outputs, "loyalty").tables;
    dynamo.connect(world.bus.endpoints.AWS_ENDPOINT_URL_DYNAMODB, points);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await world?.stop();
    await dynamo?.stop();
  });

  it(
    "shorter than its attempts last: nothing is dead-lettered, all is applied by itself",
    async () => {
      const { mappingId } = consumerNamed(world.stage.outputs, "loyalty");
      // All is there when it begins to fail, so that however slow the play, the outage is short.
      await world.bus.pauseMapping(mappingId);
      await play(generateTrace(21, 60));
      await until("the other consumers are done", othersAreDone);
      dynamo.set("down");
      world.bus.resumeMapping(mappingId);
      await until("orders fail as often as they may", async () => {
        const rows = await readTable(world.stage, world.stage.outputs.DedupTable);
        return rows.filter(({ life }) => life?.attempts >= ATTEMPTS).length >= 10;
      });
      dynamo.set("up");

      await expectAllApplied();
      expect(world.metrics.of("loyalty", "Dead")).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    "longer than that: it gives up on as many orders as its budget has tokens, and no more",
    async () => {
      const trace = generateTrace(22, 60);
      const retriedBefore = world.metrics.of("loyalty", "Retried");
      expect(world.metrics.of("loyalty", "NoDeadLetterBudget")).toBe(0);
      dynamo.set("down");
      await play(trace);
      await until("the other consumers are done", othersAreDone);
      await until("no token is left for what is spent", () => {
        return world.metrics.of("loyalty", "NoDeadLetterBudget") >= 20;
      });
      dynamo.set("up");

      const audit = await drain(world.stage);
      expect(audit).toMatchObject({ ok: true, problems: [] });
      const heads = await listDeadHeads(world.stage, "loyalty");
      expect(heads).toHaveLength(TOKENS);
      expect(world.metrics.of("loyalty", "Dead")).toBe(TOKENS);
      for (const { seq, life } of heads) {
        // That it was created is nothing to loyalty, so its row begins here.
        expect(seq).toBe(0);
        expect(life).toMatchObject({
          seq: 2,
          eventType: "order.paid",
          error: { name: "InternalServerError" },
          dead: { cause: "attempts exhausted" },
        });
        expect(life.attempts).toBeGreaterThanOrEqual(ATTEMPTS);
        expect(life.lastMs - life.firstMs).toBeGreaterThanOrEqual(FAILING_SECONDS * 1_000);
      }
      for (const { name, parkedOrders, parkedEvents, deadLetters } of audit.consumers) {
        const dead = name === "loyalty" ? TOKENS : 0;
        expect({ name, parkedOrders }).toEqual({ name, parkedOrders: dead });
        expect({ name, deadLetters }).toEqual({ name, deadLetters: parkedEvents });
      }
      expect(world.metrics.of("loyalty", "Retried") - retriedBefore).toBeGreaterThan(20);

      const dead = new Set(heads.map(({ orderId }) => orderId));
      for (const orderId of dead) expect(isPaid(trace, orderId)).toBe(true);
      const rest = played.filter(({ orderId }) => !dead.has(orderId));
      const { loyalty, ...others } = await readFigures(world.stage);
      expect(loyalty).toEqual(predictFigures(rest).loyalty);
      const { refused: _, loyalty: __, ...expected } = predictFigures(played);
      expect(others).toMatchObject(expected);
    },
    TIMEOUT_MS,
  );

  it(
    "and back: what was given up is redriven, and every figure is exact",
    async () => {
      const letters = await redriveByHand(world.stage, "loyalty");
      const bySequence = Map.groupBy(letters, ({ subject }) => subject);
      for (const [, order] of bySequence) {
        expect(order.map(({ sequence }) => sequence)).toEqual(order.map((_, index) => index + 2));
      }
      await expectAllApplied();
    },
    TIMEOUT_MS,
  );

  it(
    "only in its answers: writes whose answers are lost take effect once",
    async () => {
      const failuresBefore = dynamo.failures();
      dynamo.set("answers lost");
      await play(generateTrace(23, 60));
      await drain(world.stage);
      dynamo.set("up");

      // One write may be of several orders.
      expect(dynamo.failures() - failuresBefore).toBeGreaterThan(5);
      const audit = await auditOrders(world.stage);
      for (const { name, applied } of audit.consumers) {
        expect({ name, applied }).toEqual({ name, applied: audit.events });
      }
      const { refused: _, ...figures } = predictFigures(played);
      expect(await readFigures(world.stage)).toEqual({ ...figures, deadLetters: NO_DEAD_LETTERS });
    },
    TIMEOUT_MS,
  );
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { costsPage } from "../../cli/plan/costs-page.ts";
import { costOfConsumer, measuredCosts } from "../../cli/plan/measured-costs.ts";
import { batchSizeAt, monthCosts } from "../../cli/plan/month-costs.ts";
import { PLAN_DEFAULTS } from "../../cli/plan/plan-defaults.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { property, synthesize, variable } from "../stack/synthesize.ts";

const rates = fc.double({ min: 0.01, max: 50_000, noNaN: true });

it("docs/costs.md is what the code computes (else: npx vitest run test/plan -u)", async () => {
  await expect(costsPage(measuredCosts)).toMatchFileSnapshot("../../docs/costs.md");
});

it("costs more for more events, and less for each", () => {
  fc.assert(
    fc.property(rates, fc.double({ min: 1.01, max: 100, noNaN: true }), (rate, more) => {
      const [low, high] = [monthCosts(rate, measuredCosts), monthCosts(rate * more, measuredCosts)];
      // Batches are whole numbers of events: a step makes all of them a little cheaper, or dearer.
      expect(high.usd).toBeGreaterThan(low.usd * (more < 1.1 ? 0.95 : 1));
      expect(high.usd / (rate * more)).toBeLessThan((low.usd / rate) * 1.05);
    }),
  );
});

it("fills batches only as far as the slots do not suffice", () => {
  fc.assert(
    fc.property(rates, (rate) => {
      const cost = costOfConsumer("warehouse");
      const { events, slots } = batchSizeAt(rate, cost);
      expect(events).toBeGreaterThanOrEqual(1);
      expect(events).toBeLessThanOrEqual(10);
      if (slots > PLAN_DEFAULTS.concurrency) expect(events).toBe(10);
      if (events > 1) {
        const lessFull = batchSizeAt(rate * 0.2, cost).events;
        expect(lessFull).toBeLessThanOrEqual(events);
      }
    }),
  );
});

it("adds up, by hand, what the tables of a million events a month cost", () => {
  const rate = 1_000_000 / (30 * 86_400);
  const { lines } = monthCosts(rate, measuredCosts);
  // A read and a write of the row, and a fact: $0.125 + 2 × $0.625, and what is read once more.
  const warehouse = lines.find(({ what }) => what === "warehouse, tables");
  expect(warehouse?.usd).toBeCloseTo(1.375, 1);
});

it("takes the memory of the stack's functions", () => {
  const functions = synthesize().ofType("AWS::Lambda::Function");
  const sizeOf = (part: string) => {
    const text = functions
      .map(({ body }) => JSON.stringify(body))
      .find((each) => each.includes(part));
    return Number(/"MemorySize":(\d+)/.exec(text ?? "")?.[1]) / 1_024;
  };
  expect(sizeOf("Order API: one condi")).toBe(PLAN_DEFAULTS.apiMemoryGb);
  expect(sizeOf("Relay: from")).toBe(PLAN_DEFAULTS.relayMemoryGb);
});

/** What a function writes while nothing is wrong, by the part of the bus that it is of. */
const METRICS = {
  consumer: ["Applied", "LatencyMs"],
  // A shop refuses some steps every day.
  Api: ["Accepted", "Refused"],
  Relay: ["Published"],
  Admission: ["AdmissionClosed"],
  Patrol: ["OrdersAudited", "OrdersBehind"],
};

it("counts the alarms and the metrics of a stage that keeps its data", () => {
  const template = synthesize({ stage: "prod" });
  const count = (type: string) => template.ofType(`AWS::CloudWatch::${type}`).length;
  expect(measuredCosts.alarms).toEqual({
    single: count("Alarm"),
    composite: count("CompositeAlarm"),
  });
  const handlers = template
    .ofType("AWS::Lambda::Function")
    .filter((handler) => property(handler, "Environment") !== undefined);
  const written = handlers.flatMap((handler) => {
    const isConsumer = variable(handler, "CONSUMER") !== undefined;
    const part = Object.keys(METRICS).find((name) => handler.path.includes(`/${name}/`));
    const names = METRICS[(isConsumer ? "consumer" : part) as keyof typeof METRICS];
    const handled: string[] = JSON.parse(String(variable(handler, "HANDLES") ?? "[]"));
    const ignores = isConsumer && handled.length < EVENT_TYPES.length ? ["Ignored"] : [];
    return [...(names ?? [`what ${handler.path} writes`]), ...ignores];
  });
  expect(written.filter((name) => name.startsWith("what "))).toEqual([]);
  expect(measuredCosts.metrics).toBe(written.length);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchMsOf, costOfConsumer, measuredCosts } from "../../cli/plan/measured-costs.ts";
import { type PlanRequest, planCatchUp } from "../../cli/plan/plan-catch-up.ts";
import { PLAN_DEFAULTS } from "../../cli/plan/plan-defaults.ts";
import { ACCOUNT_CONCURRENCY, queueCalls } from "../../cli/plan/quotas.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import { synthesize } from "../stack/synthesize.ts";

const names = Object.keys(measuredCosts.consumers);
const base: PlanRequest = {
  ...{ consumer: "warehouse", backlog: 100_000_000, withinSeconds: 21_600, arriving: 0 },
  ...{ orders: 28_000_000, concurrency: 20, reservedElsewhere: 80, batchMs: 200 },
  ...{ busyShare: 0.7, memoryGb: 0.5, region: "us-east-1" },
};
const requests: fc.Arbitrary<PlanRequest> = fc.record({
  consumer: fc.constantFrom(...names),
  backlog: fc.integer({ min: 1, max: 2_000_000_000 }),
  withinSeconds: fc.integer({ min: 1, max: 1_209_600 }),
  arriving: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
  orders: fc.integer({ min: 1, max: 100_000_000 }),
  concurrency: fc.integer({ min: 2, max: 1_000 }),
  reservedElsewhere: fc.integer({ min: 0, max: 900 }),
  batchMs: fc.integer({ min: 1, max: 30_000 }),
  busyShare: fc.constantFrom(0.5, 0.7, 1),
  memoryGb: fc.constant(0.5),
  region: fc.constantFrom("us-east-1", "eu-central-1", "ap-south-1"),
});
const plan = (over: Partial<PlanRequest>) => {
  const request = { ...base, ...over };
  return planCatchUp(request, costOfConsumer(request.consumer), measuredCosts.eventBytes);
};

/** Second by second, slots as (3.4) has them come: told in another way than the planner does. */
const playSlots = (request: PlanRequest, slots: number, seconds: number): number => {
  const rate = (10 * request.busyShare * 1_000) / request.batchMs;
  const STEP = 0.05;
  let done = 0;
  for (let now = 0; now < seconds; now += STEP) done += Math.min(slots, 5 + now * 5) * rate * STEP;
  return done - request.arriving * seconds;
};

describe("a catch-up plan", () => {
  it("needs no more concurrency for more time, a smaller backlog or shorter batches", () => {
    const factor = fc.double({ min: 1, max: 50, noNaN: true });
    fc.assert(
      fc.property(requests, factor, (request, more) => {
        const { concurrency } = plan(request);
        const easier: Partial<PlanRequest>[] = [
          { withinSeconds: request.withinSeconds * more },
          { backlog: Math.ceil(request.backlog / more) },
          { batchMs: request.batchMs / more },
          { arriving: request.arriving / more },
        ];
        for (const over of easier) {
          expect(plan({ ...request, ...over }).concurrency).toBeLessThanOrEqual(concurrency);
        }
      }),
    );
  });

  it("is done in time with what it asks for, and late with one slot less", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { feasible, concurrency, seconds, withinSeconds } = { ...request, ...plan(request) };
        fc.pre(feasible);
        expect(seconds).toBeLessThanOrEqual(withinSeconds);
        if (concurrency === 2) return;
        const withLess = plan({ ...request, concurrency: concurrency - 1 }).secondsNow;
        if (concurrency - 1 < request.orders) expect(withLess).toBeGreaterThan(withinSeconds);
      }),
    );
  });

  it("never uses more slots than there are orders, or than a mapping may have", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { usable, feasible, concurrency } = plan(request);
        expect(usable).toBeLessThanOrEqual(Math.max(1, Math.min(request.orders, 1_000)));
        expect(feasible).toBe(concurrency <= usable);
      }),
    );
  });

  it("does as much work as slots that are played second by second", () => {
    const short = requests.map((request) => ({
      ...request,
      withinSeconds: Math.min(request.withinSeconds, 900),
      backlog: Math.min(request.backlog, 5_000_000),
    }));
    fc.assert(
      fc.property(short, (request) => {
        const { feasible, usable, slotRate } = plan(request);
        fc.pre(feasible);
        const done = playSlots(request, usable, request.withinSeconds);
        // A slot's work of one step, for what the steps leave out.
        expect(done).toBeGreaterThan(request.backlog - slotRate * usable * 0.1 - 1);
      }),
      { numRuns: 50 },
    );
  });

  it("tells each quota that is too small, and no other", () => {
    const { usable, needs, tables } = plan({});
    expect(usable).toBeGreaterThan(20);
    const need = (what: string) => needs.find((each) => each.what.includes(what));
    expect(need("maximum concurrency")).toMatchObject({ need: usable, have: 20 });
    expect(need("account's")).toMatchObject({ need: usable + 180, have: ACCOUNT_CONCURRENCY });
    expect(need("ReceiveMessage")?.have).toBe(queueCalls("us-east-1"));
    const facts = tables.find(({ name }) => name === "facts");
    expect(facts?.writesPerSecond).toBeCloseTo(plan({}).rate * (facts?.cost.writeUnits ?? 0));
    expect(need("facts at once")?.need).toBe(facts?.writesPerSecond);
  });

  it("has a price that is the sum of its lines and grows with the backlog alone", () => {
    const { usd, money } = plan({});
    expect(usd).toBeCloseTo(money.reduce((sum, line) => sum + line.usd, 0));
    expect(plan({ backlog: 2 * base.backlog }).usd).toBeCloseTo(2 * usd, 0);
    expect(plan({ withinSeconds: 60 }).usd).toBeCloseTo(usd);
    // Two writes an event (dedup, facts) at $0.625 a million: by hand.
    const writes = money.find(({ what }) => what === "DynamoDB writes");
    expect(writes?.usd).toBeCloseTo(125, 0);
  });

  it("never ends where more arrives than all slots can do", () => {
    const { feasible, seconds } = plan({ arriving: 1_000_000 });
    expect({ feasible, seconds }).toEqual({ feasible: false, seconds: Number.POSITIVE_INFINITY });
  });

  it("is not possible where too few orders share the work", () => {
    expect(plan({ orders: 3 })).toMatchObject({ feasible: false, usable: 3 });
  });
});

describe("what a plan takes for granted", () => {
  it("is what the stack has", () => {
    const { maxConcurrency } = stageSettings({ stage: "prod", alarmEmail: "none" });
    expect(PLAN_DEFAULTS.concurrency).toBe(maxConcurrency.default);
    const functions = synthesize().ofType("AWS::Lambda::Function");
    const consumers = functions.filter(({ body }) => JSON.stringify(body).includes("QUEUE_URL"));
    const sizes = consumers.map(({ body }) => /"MemorySize":(\d+)/.exec(JSON.stringify(body))?.[1]);
    const own = sizes.filter((_, index) =>
      JSON.stringify(consumers[index]?.body).includes("GENERATION"),
    );
    expect(own).toHaveLength(names.length);
    expect(new Set(own)).toEqual(new Set([String(PLAN_DEFAULTS.memoryGb * 1_024)]));
    expect(PLAN_DEFAULTS.reservedElsewhere).toBe((names.length - 1) * maxConcurrency.default);
  });

  it("has no shorter time of a batch for more events", () => {
    for (const name of names) {
      const cost = costOfConsumer(name);
      expect(batchMsOf(cost, 10)).toBeGreaterThanOrEqual(batchMsOf(cost, 1));
    }
    expect(() => costOfConsumer("gift")).toThrow("measured were inventory, loyalty");
  });
});

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { describeAudit } from "../../cli/audit/describe-audit.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import type { StageOutputs } from "../../cli/stage-outputs.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, deadRow, makeStage } from "./make-stage.ts";

describe.skipIf(!hasDynoxide)("the audit", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    await world.put("orders", makeOrder(["pay", "ship"], "a"));
    await world.put("orders", makeOrder(["cancel"], "b"));
    for (const { name } of CONSUMERS) {
      await world.putRow(name, appliedRow("a", 3));
      await world.putRow(name, appliedRow("b", 2));
    }
    // Neither is an order.
    await world.put("dedup", { orderId: "#budget", consumer: "loyalty", rev: 1, tokens: 5 });
    await world.putRow("loyalty", deadRow("#message/m", 0));
  });
  afterEach(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  const audit = () => auditOrders(world.stage);
  const consumerIn = async (name: string) => {
    const result = await audit();
    const found = result.consumers.find((consumer) => consumer.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return { ...found, ok: result.ok, problems: result.problems };
  };

  it("holds when every consumer has every order's last event", async () => {
    const { ok, orders, events, problems, consumers } = await audit();
    expect({ ok, orders, events, problems }).toEqual({
      ...{ ok: true, orders: 2, events: 5, problems: [] },
    });
    expect(consumers.map(({ applied, behind }) => [applied, behind])).toEqual(
      CONSUMERS.map(() => [5, 0]),
    );
  });

  it("fails for a consumer that lacks an order's last event", async () => {
    await world.putRow("fraud", appliedRow("a", 2));
    expect(await consumerIn("fraud")).toMatchObject({
      ...{ ok: false, behind: 1, behindOrders: ["a"], applied: 4 },
      problems: ["fraud is behind on 1 orders, such as a"],
    });
    expect((await consumerIn("loyalty")).behind).toBe(0);
  });

  it("fails for a consumer that has never seen an order", async () => {
    await world.put("orders", makeOrder([], "c"));
    const { ok, consumers } = await audit();
    expect(ok).toBe(false);
    expect(consumers.map(({ behind }) => behind)).toEqual(CONSUMERS.map(() => 1));
  });

  it("holds when the rest of an order lies in the dead-letter queue", async () => {
    await world.putRow("loyalty", deadRow("a", 1));
    world.depths.set("loyalty-dead", 2);
    expect(await consumerIn("loyalty")).toMatchObject({
      ...{ ok: true, behind: 0, parkedOrders: 1, parkedEvents: 2, deadLetters: 2, missing: 0 },
    });
  });

  it("holds while dead events are on their way there", async () => {
    await world.putRow("loyalty", deadRow("a", 1));
    world.depths.set("loyalty", 1);
    world.depths.set("loyalty-dead", 1);
    const found = { ok: true, waiting: 1, missing: 0, unproven: 1 };
    expect(await consumerIn("loyalty")).toMatchObject(found);
  });

  it("says so where other messages may stand for followers that are gone", async () => {
    await world.putRow("loyalty", deadRow("a", 0));
    world.depths.set("loyalty-dead", 1);
    world.depths.set("loyalty", 2);
    const { ok, remarks } = await audit();
    expect([ok, remarks]).toEqual([
      true,
      [
        "loyalty: 2 events of 1 parked orders are not proven, with 1 dead letters and 2 waiting " +
          "messages of whatever order",
      ],
    ]);
    expect(describeAudit(await audit())).toContain("; loyalty: 2 events of 1 parked orders");
    world.depths.set("loyalty-dead", 3);
    expect(await audit()).toMatchObject({ ok: true, remarks: [] });
  });

  it("fails when fewer letters lie there than events are parked", async () => {
    await world.putRow("loyalty", deadRow("a", 1));
    world.depths.set("loyalty-dead", 1);
    expect(await consumerIn("loyalty")).toMatchObject({
      ...{ ok: false, missing: 1 },
      problems: ["loyalty has 2 parked events, but only 1 dead letters and 0 waiting messages"],
    });
  });

  it("does not take the life of an event that was applied for a decision", async () => {
    const { life } = deadRow("a", 1);
    await world.putRow("loyalty", { ...appliedRow("a", 2), ...(life && { life }) });
    world.depths.set("loyalty-dead", 5);
    expect(await consumerIn("loyalty")).toMatchObject({ ok: false, behind: 1, parkedEvents: 0 });
  });

  describe("an event that no consumer has", () => {
    const find = (over: Partial<Stage> = {}) =>
      auditOrders({ ...world.stage, ...over }, { find: { settleSeconds: 60 } });
    const whereabouts = async (over: Partial<Stage> = {}) => {
      const { findings } = await find(over);
      return [...new Set(findings.map(({ where, because = "" }) => `${where} ${because}`.trim()))];
    };
    const answering = (answer: object) =>
      ({ send: async () => answer, destroy: () => {} }) as unknown as Stage["lambda"] &
        Stage["cloudwatch"];
    const withRelay = (over: Partial<StageOutputs>) => ({
      outputs: { ...world.stage.outputs, ...over },
    });
    const behindBy = (ms: number) =>
      answering({ MetricDataResults: [{ Id: "relay", Timestamps: [new Date()], Values: [ms] }] });
    beforeEach(() => world.put("orders", makeOrder([], "c")));

    it("is lost where the relay has nothing before it", async () => {
      const relay = withRelay({ RelayMappingId: "relay", RelayFunction: "relay" });
      const lambda = answering({ State: "Enabled" });
      expect(await whereabouts()).toEqual(["lost"]);
      expect(await whereabouts({ ...relay, lambda, cloudwatch: behindBy(60_000) })).toEqual([
        "lost",
      ]);
    });

    it("is overdue while the relay holds something back, and told why", async () => {
      const mapping = withRelay({ RelayMappingId: "relay" });
      const lambda = answering({ State: "Disabled" });
      expect(await whereabouts({ ...mapping, lambda })).toEqual(["overdue the relay is paused"]);
      expect(await whereabouts(mapping)).toEqual(["overdue whether the relay runs is not known"]);
      const relay = withRelay({ RelayFunction: "relay" });
      expect(await whereabouts({ ...relay, cloudwatch: behindBy(61_000) })).toEqual([
        "overdue the relay is 61 s behind",
      ]);
      world.depths.set("parking", 1);
      const audit = await find();
      expect(audit).toMatchObject({ ok: false, findings: CONSUMERS.map(() => ({ next: 1 })) });
      expect(await whereabouts()).toEqual(["overdue the relay has parked 1 entries"]);
    });

    it("is lost at one consumer when another has it, whatever the relay does", async () => {
      world.depths.set("parking", 1);
      await world.putRow("fraud", appliedRow("c", 1));
      expect(await whereabouts()).toEqual(["lost"]);
    });
  });

  it("fails when a consumer has applied what the order does not have", async () => {
    await world.putRow("fraud", appliedRow("b", 3));
    expect(await audit()).toMatchObject({
      ...{ ok: false, problems: ["fraud applied event 3 of order b, which has 2"] },
    });
  });

  it("fails for an order whose version is not the number of its events", async () => {
    await world.put("orders", { ...makeOrder(["cancel"], "b"), version: 3 });
    const { ok, problems } = await audit();
    expect(ok).toBe(false);
    expect(problems[0]).toMatch(/^order b is faulty: .*\(check\)/);
  });

  it("fails for an order that cannot be decoded, and sees the others all the same", async () => {
    const Item = { orderId: { S: "z" }, version: { N: "12345678901234567890.5" } };
    await world.stage.dynamo.send(new PutItemCommand({ TableName: "orders", Item }));
    const { orders, events, problems } = await audit();
    expect({ orders, events }).toEqual({ orders: 2, events: 5 });
    expect(problems).toEqual([expect.stringMatching(/^order z is faulty/)]);
  });

  it("fails for an order that two items of a table of the user's own hold", async () => {
    const outputs = { ...world.stage.outputs, OrdersTable: "points", OutboxAttribute: "outbox" };
    const own = { ...world.stage, outputs };
    await world.put("points", { customerId: "HEAD", outbox: makeOrder(["cancel"], "b") });
    await world.put("points", { customerId: "CARD" });
    expect(await auditOrders(own)).toMatchObject({ ok: true, orders: 1, events: 2 });
    await world.putRow("fraud", appliedRow("b", 3));
    expect((await auditOrders(own)).problems).toEqual([
      "fraud applied event 3 of order b, which has 2",
    ]);
    await world.putRow("fraud", appliedRow("b", 2));
    await world.put("points", { customerId: "COPY", outbox: makeOrder(["cancel"], "b") });
    expect(await auditOrders(own)).toMatchObject({
      ...{ ok: false, orders: 1, problems: ["order b is in two items; allowed: one"] },
    });
  });
});

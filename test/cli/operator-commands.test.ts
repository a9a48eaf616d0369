/** `bus status` and `bus order`, as a person runs them, by their exit codes. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, deadRow, makeStage } from "./make-stage.ts";
import { busOf } from "./run-bus.ts";

describe.skipIf(!hasDynoxide)("bus status and bus order", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let bus: Awaited<ReturnType<typeof busOf>>;

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    await world.put("orders", makeOrder(["pay"], "whole"));
    await world.put("orders", makeOrder(["pay"], "stuck"));
    await world.put("orders", makeOrder(["pay"], "fresh"));
    for (const { name } of CONSUMERS) {
      await world.putRow(name, { ...appliedRow("whole", 2), appliedAtMs: 1_767_225_600_000 });
      await world.putRow(name, appliedRow("stuck", 2));
    }
    await world.putRow("loyalty", deadRow("stuck", 0));
    bus = await busOf(world.stage, dynoxide.endpoint);
  });
  afterAll(async () => {
    bus.remove();
    await world.stop();
    await dynoxide.stop();
  });

  it("ends with 1 and says which consumer has what, when something needs somebody", async () => {
    const { code, out } = await bus.run("status");
    expect(code).toBe(1);
    expect(out).toMatch(/^loyalty +- +0 +0 +- +- +- +1 +0 +0 *$/m);
    expect(out).toMatch(/what is paused is not known .*AWS_ENDPOINT_URL_LAMBDA/);
    expect(out.trimEnd().split("\n").at(-1)).toMatch(/^needs somebody: loyalty has 0 dead letters/);
  });

  it("prints its status as one JSON document", async () => {
    const { code, out } = await bus.run("status", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      stackName: "OrderEventBus-test",
      consumers: CONSUMERS.map(({ name }) => ({ name, depth: 0 })),
      problems: [expect.stringMatching(/^loyalty/)],
    });
  });

  it("looks again and again with --watch, until Ctrl-C", async () => {
    const words = ["cli/bus.ts", "status", "--watch", "1", "--json", "--outputs", bus.file];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const seen: unknown[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      seen.push(JSON.parse(line).stackName);
      if (seen.length === 2) child.kill("SIGINT");
    }
    expect(await ended).toBe(130);
    // A third look may have been under way.
    expect(seen.slice(0, 2)).toEqual(["OrderEventBus-test", "OrderEventBus-test"]);
  });

  it.each(["0", "1e9", "soon"])("refuses to look every %s seconds", async (every) => {
    const { code, err } = await bus.run("status", "--watch", every);
    expect(code).toBe(2);
    expect(err).toContain("Allowed: seconds from 1 to 3600.");
  });

  it("ends with 0 for an order that every consumer has", async () => {
    const { code, out } = await bus.run("order", "whole");
    expect(code).toBe(0);
    expect(out).toMatch(/^order whole: paid, 2 events$/m);
    expect(out).toMatch(/ 2 │ order\.paid +│ 2026-01-02T00:00:00.000Z │ applied by all of 5/);
    expect(out).toMatch(/ fraud +│ 2 +│ 2026-01-01T00:00:00.000Z │ has all/);
    expect(out).toMatch(/^every consumer has all of it$/m);
  });

  it("ends with 1 for one that is stuck, and says where, why and what waits", async () => {
    const { code, out } = await bus.run("order", "stuck");
    expect(code).toBe(1);
    expect(out).toMatch(/│ loyalty: dead +│/);
    expect(out).toMatch(/│ loyalty: waits behind event 1 +│/);
    expect(out).toMatch(
      /^loyalty: event 1 is dead since 1970.*: not retryable, after 8 attempts.*; 1 event waits behind it$/m,
    );
  });

  it("says of an old event that has not come when nothing is on its way, and how to send it", async () => {
    const { code, out } = await bus.run("order", "fresh");
    expect(code).toBe(1);
    expect(out).toMatch(/^loyalty: event 1 has not come, and nothing is on its way here; 1 event/m);
    expect(out).toMatch(/^next: bus status\nnext: bus republish fresh --from-sequence 1$/m);
  });

  it("says of an event that has not come what there is around", async () => {
    world.depths.set("loyalty", 12);
    const { code, out } = await bus.run("order", "fresh");
    world.depths.delete("loyalty");
    // The other four have nothing to come.
    expect(code).toBe(1);
    expect(out).toMatch(/^next: bus replay --order fresh --to-consumer fraud$/m);
    expect(out).not.toMatch(/^next: .*loyalty/m);
    expect(out).toMatch(
      /^loyalty: event 1 has not come; 1 event waits behind it \(its queue holds 11 waiting and 1 in flight\)$/m,
    );
  });

  it("prints a timeline as one JSON document", async () => {
    const { out } = await bus.run("order", "stuck", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ...{ orderId: "stuck", version: 2, parked: [], next: ["bus dlq show loyalty stuck"] },
    });
  });

  it("ends with 1 for an order that is not there, and with 2 for none", async () => {
    expect(await bus.run("order", "nobody")).toMatchObject({
      ...{ code: 1, err: "bus order: there is no order nobody in OrderEventBus-test\n" },
    });
    expect((await bus.run("order")).code).toBe(2);
  });
});

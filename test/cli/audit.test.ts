/** The command, as a person runs it on a stage whose outputs are in a file. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, makeStage } from "./make-stage.ts";
import { busOf } from "./run-bus.ts";

describe.skipIf(!hasDynoxide)("bus audit", () => {
  const [, , , , fraud] = CONSUMERS;
  if (fraud === undefined) throw new Error("no consumer");
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let bus: Awaited<ReturnType<typeof busOf>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client, [fraud]);
    await world.put("orders", makeOrder(["pay"], "a"));
    bus = await busOf(world.stage, dynoxide.endpoint);
  });
  afterEach(async () => {
    bus.remove();
    await world.stop();
    await dynoxide.stop();
  });

  it("ends with 0 where every event is at every consumer", async () => {
    await world.putRow("fraud", appliedRow("a", 2));
    const { code, out } = await bus.run("audit", "--segments", "3", "--max-read-units", "100");
    expect([code, out]).toEqual([
      0,
      "audit ok: all 2 events of 1 orders are at each of 1 consumers\n",
    ]);
  });

  it("ends with 1 where one is not, and names the order and what mends it", async () => {
    await world.putRow("fraud", appliedRow("a", 1));
    const { code, out } = await bus.run("audit");
    expect(code).toBe(1);
    expect(out.split("\n")).toEqual([
      "audit FAILED: fraud is behind on 1 orders, such as a",
      "  a: event 2 is in no queue: lost; at fraud",
      expect.stringMatching(/^ {4}bus republish a --from-sequence 2 --outputs /),
      "",
    ]);
  });

  it("prints one document of all that it found", async () => {
    await world.putRow("fraud", appliedRow("a", 1));
    const { out } = await bus.run("audit", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ...{ ok: false, orders: 1, events: 2 },
      findings: [{ consumer: "fraud", orderId: "a", next: 2, version: 2, where: "lost" }],
    });
  });

  it("prints the document of a repair that nobody has confirmed", async () => {
    await world.putRow("fraud", appliedRow("a", 1));
    const { code, out } = await bus.run("audit", "--repair", "--json");
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      repair: { republish: [{ orderId: "a", from: 2, to: 2 }], replays: [], left: [] },
    });
  });

  it("leaves out what may still be on its way", async () => {
    const [created] = makeOrder([], "b").events;
    const events = [{ ...created, time: new Date().toISOString() }];
    await world.put("orders", { ...makeOrder([], "b"), events });
    await world.putRow("fraud", appliedRow("a", 2));
    const { code, out } = await bus.run("audit");
    expect([code, out]).toEqual([
      0,
      "audit ok: all 3 events of 2 orders are at each of 1 consumers; of 1 orders the newest is on its way\n",
    ]);
  });

  it("ends with 2 for a value that is out of its range", async () => {
    const { code, err } = await bus.run("audit", "--max-read-units", "0");
    expect([code, err]).toEqual([2, expect.stringContaining("Allowed: a whole number from 1")]);
  });

  it("ends with 3 where there is no stage to ask", async () => {
    bus.remove();
    const { code, err } = await bus.run("audit");
    expect([code, err]).toEqual([3, expect.stringMatching(/^bus audit: cannot read the outputs/)]);
    bus = await busOf(world.stage, dynoxide.endpoint);
  });
});

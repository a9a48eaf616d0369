import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, makeStage } from "./make-stage.ts";
import { busOf } from "./run-bus.ts";

describe.skipIf(!hasDynoxide)("bus republish and bus replay", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let bus: Awaited<ReturnType<typeof busOf>>;

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    await world.put("orders", makeOrder(["pay", "ship"], "a"));
    await world.put("orders", makeOrder([], "b"));
    await world.putRow("fraud", appliedRow("a", 1));
    await world.putRow("fraud", appliedRow("b", 1));
    bus = await busOf(world.stage, dynoxide.endpoint);
  });
  afterAll(async () => {
    bus.remove();
    await world.stop();
    await dynoxide.stop();
  });

  it("show what they would send, and send nothing in a dry run", async () => {
    expect(await bus.run("republish", "a", "--from-sequence", "2", "--dry-run")).toEqual({
      ...{ code: 0, err: "" },
      out: "2 events of 1 orders: a 2–3\nnothing was sent: this is a dry run\n",
    });
    const replay = ["replay", "--order", "a", "b", "--to-consumer", "fraud", "--dry-run"];
    expect(await bus.run(...replay)).toMatchObject({
      code: 0,
      out: "2 events of 1 orders: a 2–3\n1 more orders are whole there: none is sent\nnothing was sent: this is a dry run\n",
    });
  });

  it("choose orders by the time of their events", async () => {
    const range = ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"] as const;
    const republish = await bus.run(
      "republish",
      ...["--since", range[0], "--until", range[1]],
      "--dry-run",
      "--json",
    );
    expect(JSON.parse(republish.out)).toMatchObject({
      planned: { spans: [{ orderId: "a", from: 2, to: 3 }], events: 2 },
      to: "the topic",
    });
    const times = ["--since", range[0], "--until", range[1]];
    const replay = await bus.run("replay", ...times, "--to-consumer", "loyalty", "--dry-run");
    expect(replay.out).toMatch(/^3 events of 1 orders: a 1–3\n/);
  });

  it("ask, and change nothing where nobody can answer", async () => {
    const { code, out, err } = await bus.run("replay", "--order", "a", "--to-consumer", "fraud");
    expect([code, out]).toEqual([4, "2 events of 1 orders: a 2–3\n"]);
    expect(err).toMatch(/Add --yes/);
  });

  it("tell an order that is not in the store", async () => {
    const { code, out } = await bus.run("republish", "a", "gone", "--dry-run");
    expect([code, out]).toEqual([1, expect.stringContaining("not in the store: gone\n")]);
  });

  it.each([
    [["republish"], "name an order"],
    [
      ["republish", "--since", "2026-01-03T00:00:00Z", "--until", "2026-01-02T00:00:00Z"],
      "before --until",
    ],
    [["republish", "--since", "yesterday"], "Allowed: a time with its offset"],
    [["republish", "a", "--from-sequence", "0"], "Allowed: a whole number from 1"],
    [["replay", "--order", "a"], "--to-consumer"],
    [["replay", "--to-consumer", "fraud"], "name --order ID, or --since and --until"],
    [["replay", "--to-consumer", "fraud", "--since", "2026-01-02T00:00:00Z"], "give both"],
    [["replay", "--to-consumer", "fraud", "--since", "2026-01-02T00:00:00"], "with its offset"],
  ])("refuse %j", async (args, message) => {
    const { code, err } = await bus.run(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

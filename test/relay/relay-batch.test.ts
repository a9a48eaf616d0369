import { beforeEach, describe, expect, test } from "vitest";
import { orderAt, type RelayWorld, relayWorld, type Verdict, written } from "./relay-world.ts";

let world: RelayWorld;
beforeEach(() => {
  world = relayWorld();
});

const fails = (verdict: Verdict, ...names: string[]) => {
  world.verdict = (name) => (names.includes(name) ? verdict : "published");
};
const failures = (...ids: string[]) => ids.map((itemIdentifier) => ({ itemIdentifier }));

describe("what a record yields", () => {
  test("the events between its two versions, be they one or several", async () => {
    const report = await world.relay([written("a", 0, 1), written("b", 1, 4)]);
    expect(world.arrived).toEqual(["a:1", "b:2", "b:3", "b:4"]);
    expect(report).toMatchObject({ batchItemFailures: [], published: 4 });
  });

  test("T27 a delete by TTL or by hand publishes nothing", async () => {
    const report = await world.relay([{ kind: "removed", recordId: "r", orderId: "a" }]);
    expect(report).toMatchObject({ batchItemFailures: [], published: 0 });
    expect(world.calls).toEqual([]);
    expect(world.parked).toEqual([]);
  });

  test("a write that only touched the item publishes nothing, whatever it left", async () => {
    const touched = { ...orderAt("a", 2), touchedBy: "an operator" };
    const record = { kind: "written", recordId: "r", orderId: "a", oldImage: touched } as const;
    await world.relay([{ ...record, newImage: orderAt("a", 2) }]);
    await world.relay([{ ...record, newImage: { ...touched, lines: "none" } }]);
    expect(world.calls).toEqual([]);
    expect(world.parked).toEqual([]);
  });

  test("T28 the group id is the order id and the deduplication id the event id", async () => {
    await world.relay([written("a", 0, 2), written("b", 0, 1)]);
    const sent = world.calls.flat();
    expect(sent.map(({ orderId, eventId }) => [orderId, eventId])).toEqual([
      ["a", "a-1"],
      ["b", "b-1"],
      ["a", "a-2"],
    ]);
    for (const { orderId, body } of sent) expect(JSON.parse(body).subject).toBe(orderId);
  });
});

test("no call carries two events of one order, since the first could fail and the second not", async () => {
  await world.relay([written("a", 0, 2), written("b", 0, 1), written("a", 2, 3)]);
  const calls = world.calls.map((call) => call.map(({ orderId }) => orderId));
  expect(calls).toEqual([["a", "b"], ["a"], ["a"]]);
});

describe("a failed entry", () => {
  test("T22 holds back the later events of its order only", async () => {
    fails("failed", "a:2");
    const records = [
      written("a", 0, 1),
      written("a", 1, 2),
      written("b", 0, 2),
      written("a", 2, 3),
    ];
    const report = await world.relay(records);
    expect(world.arrived).toEqual(["a:1", "b:1", "b:2"]);
    expect(report.batchItemFailures).toEqual(failures("a:2"));
    expect(report).toMatchObject({ published: 3, untried: 1, withheld: 0 });
    expect(report.failed).toMatchObject([{ orderId: "a", sequence: 2 }]);
  });

  test("T23 the checkpoint is the lowest failed record by its place in the batch", async () => {
    fails("failed", "a:1", "b:1", "c:2");
    const records = [
      written("c", 0, 1),
      written("b", 0, 1),
      written("a", 0, 1),
      written("c", 1, 2),
    ];
    expect((await world.relay(records)).batchItemFailures).toEqual(failures("b:1"));
  });

  test("comes again with its record, and the order arrives whole and in sequence", async () => {
    const records = [written("a", 0, 1), written("a", 1, 2), written("a", 2, 3)];
    fails("failed", "a:2");
    await world.relay(records);
    fails("failed");
    expect((await world.relay(records.slice(1))).batchItemFailures).toEqual([]);
    expect(world.arrived).toEqual(["a:1", "a:2", "a:3"]);
  });
});

describe("what can never be sent", () => {
  test("T24 an unsendable entry is parked, its order stops there, and the shard goes on", async () => {
    fails("unsendable", "a:1");
    const records = [written("a", 0, 1), written("a", 1, 2), written("b", 0, 1)];
    const report = await world.relay(records);
    expect(world.parked).toEqual([{ orderId: "a", sequence: 1 }]);
    expect(world.arrived).toEqual(["b:1"]);
    expect(report).toMatchObject({ batchItemFailures: [], withheld: 1, untried: 0 });
    expect(report.unsendable).toMatchObject([{ orderId: "a", sequence: 1 }]);
  });

  test.each([
    ["no order at all", { orderId: "a", version: 2 }],
    ["undecodable", null],
    ["of another order", orderAt("b", 2)],
  ])("T24 a record that is %s is parked by its first unsent sequence", async (_, newImage) => {
    const bad = { kind: "written", recordId: "r", orderId: "a", newImage } as const;
    const records = [written("a", 0, 1), { ...bad, oldImage: orderAt("a", 1) }];
    const report = await world.relay(records);
    expect(world.arrived).toEqual(["a:1"]);
    expect(world.parked).toEqual([{ orderId: "a", sequence: 2 }]);
    expect(report.batchItemFailures).toEqual([]);
  });

  test("a record whose old image has no version is parked, not taken for a new order", async () => {
    await world.relay([{ ...written("a", 0, 2), oldImage: null } as never]);
    expect(world.arrived).toEqual([]);
    expect(world.parked).toEqual([{ orderId: "a", sequence: 1 }]);
  });

  test("an entry that cannot be parked either comes again", async () => {
    fails("unsendable", "b:1");
    world.parkingWorks = false;
    const report = await world.relay([written("a", 0, 1), written("b", 0, 1), written("c", 0, 1)]);
    expect(report.batchItemFailures).toEqual(failures("b:1"));
    expect(report.unsendable).toEqual([]);
    expect(report.failed).toMatchObject([{ error: { name: "ParkingError" } }]);
  });
});

describe("calls", () => {
  test("take at most ten entries each", async () => {
    await world.relay(Array.from({ length: 23 }, (_, index) => written(`o${index}`, 0, 1)));
    expect(world.calls.map((call) => call.length)).toEqual([10, 10, 3]);
  });

  test("are full although few orders make up the batch", async () => {
    const orders = Array.from({ length: 25 }, (_, index) => `o${index}`);
    const records = [1, 2, 3, 4].flatMap((to) => orders.map((id) => written(id, to - 1, to)));
    expect(await world.relay(records)).toMatchObject({ batchItemFailures: [], published: 100 });
    expect(world.calls.map((call) => call.length)).toEqual(Array.from({ length: 10 }, () => 10));
  });
});

describe("near the deadline", () => {
  test("it stops between calls and reports the rest", async () => {
    const relaying = world.relay([written("a", 0, 3), written("b", 0, 1)]);
    world.remainingMs = 1_000;
    const report = await relaying;
    expect(world.arrived).toEqual(["a:1", "b:1"]);
    expect(report).toMatchObject({ batchItemFailures: failures("a:3"), untried: 2, failed: [] });
  });

  test("the first call has the lowest record, so that even then the stream moves on", async () => {
    world.remainingMs = 0;
    const longer = Array.from({ length: 12 }, (_, index) => written(`o${index}`, 0, 2));
    const report = await world.relay([written("a", 0, 1), ...longer]);
    expect(world.arrived[0]).toBe("a:1");
    expect(report.batchItemFailures).toEqual(failures("o0:2"));
  });

  test("the first call goes out however late it is, and no other", async () => {
    world.remainingMs = 0;
    const records = Array.from({ length: 11 }, (_, index) => written(`o${index}`, 0, 1));
    const report = await world.relay(records);
    expect(world.arrived).toHaveLength(10);
    expect(report.batchItemFailures).toEqual(failures("o10:1"));
  });
});

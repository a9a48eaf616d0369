import { beforeEach, describe, expect, test } from "vitest";
import type { OrderStore } from "../../lambdas/core/ports.ts";
import { type TakeStepPorts, takeStep } from "../../lambdas/core/take-step.ts";
import { memoryOrderStore } from "../models/memory-order-store.ts";
import { createCommand, makeOrder, RULES, stepCommand, TRACE } from "./make-order.ts";

let memory: ReturnType<typeof memoryOrderStore>;
let nowMs: number;
let ports: TakeStepPorts;

beforeEach(() => {
  memory = memoryOrderStore();
  nowMs = 0;
  ports = {
    store: memory.store,
    clock: {
      nowMs: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    },
    random: () => 0.5,
    admission: async () => ({ kind: "open" }),
    rules: RULES,
  };
});

const stored = () => memory.items.get("o1");

describe("taking a step", () => {
  test("a new order costs one write and no read", async () => {
    expect((await takeStep(ports, createCommand())).kind).toBe("accepted");
    expect(memory.calls()).toEqual({ gets: 0, puts: 1 });
  });

  test("a refused step writes nothing", async () => {
    memory.items.set("o1", makeOrder());
    expect((await takeStep(ports, stepCommand("ship", 2))).kind).toBe("conflict");
    expect(stored()).toEqual(makeOrder());
    expect(memory.calls().puts).toBe(0);
  });

  test("of two racing steps the later is decided on the winner's state", async () => {
    memory.items.set("o1", makeOrder());
    const cancelFirst: OrderStore = {
      ...memory.store,
      put: async (item, version) => {
        memory.items.set("o1", makeOrder(["cancel"]));
        return memory.store.put(item, version);
      },
    };
    const pay = { ...stepCommand("pay", 2), eventId: "pay" };
    const outcome = await takeStep({ ...ports, store: cancelFirst }, pay);
    expect(outcome).toMatchObject({ kind: "conflict", status: "cancelled" });
    expect(stored()?.events).toHaveLength(2);
  });

  test.each([
    ["a new order", true],
    ["a step", false],
  ])("%s whose reply was lost is accepted once", async (_, isNew) => {
    if (!isNew) memory.items.set("o1", makeOrder());
    memory.nextFaults.push(...(isNew ? [] : [undefined]), "lost reply");
    const command = isNew ? createCommand() : stepCommand("pay", 2);
    const outcome = await takeStep(ports, command);
    expect(outcome).toMatchObject({ kind: "accepted", sequence: isNew ? 1 : 2 });
    expect(stored()?.version).toBe(isNew ? 1 : 2);
  });

  test("a lost reply is recognised even when the order went on meanwhile", async () => {
    memory.items.set("o1", makeOrder());
    const store: OrderStore = {
      ...memory.store,
      put: async (item, version) => {
        await memory.store.put(item, version);
        memory.items.set("o1", makeOrder(["pay", "ship"]));
        return { kind: "busy" };
      },
    };
    const outcome = await takeStep({ ...ports, store }, stepCommand("pay", 2));
    expect(outcome).toMatchObject({ kind: "accepted", sequence: 2 });
    expect(stored()?.version).toBe(3);
  });

  test("an event of an earlier request with the same key is a repeat, not an acceptance", async () => {
    memory.items.set("o1", makeOrder(["pay"]));
    const traceparent = TRACE.replace("b7", "c8");
    const time = "2026-02-01T00:00:00.000Z";
    for (const other of [{ traceparent }, { time }]) {
      const outcome = await takeStep(ports, { ...stepCommand("pay", 2), ...other });
      expect(outcome).toMatchObject({ kind: "repeated", sequence: 2 });
    }
  });

  test("an order that another step has changed is decided on what the table told, at once", async () => {
    memory.items.set("o1", makeOrder(["pay"]));
    let changes = 1;
    const store: OrderStore = {
      ...memory.store,
      put: async (item, version) =>
        changes-- > 0
          ? { kind: "changed", item: makeOrder(["pay"]) }
          : memory.store.put(item, version),
    };
    const outcome = await takeStep({ ...ports, store }, stepCommand("ship", 3));
    expect(outcome).toMatchObject({ kind: "accepted", sequence: 3 });
    expect([memory.calls().gets, nowMs]).toEqual([1, 0]);
  });

  test("a change of which the table tells nothing is read again after a wait", async () => {
    memory.items.set("o1", makeOrder());
    let changes = 1;
    const store: OrderStore = {
      ...memory.store,
      put: async (item, version) =>
        changes-- > 0 ? { kind: "changed", item: undefined } : memory.store.put(item, version),
    };
    const outcome = await takeStep({ ...ports, store }, stepCommand("pay", 2));
    expect(outcome).toMatchObject({ kind: "accepted", sequence: 2 });
    expect(memory.calls().gets).toBe(2);
    expect(nowMs).toBeGreaterThan(0);
  });

  test.each([
    [0, [15, 30, 60, 120, 240]],
    [0.5, [22.5, 45, 90, 180, 360]],
  ])(
    "six tries lie twice as far apart each, by chance %d half to all of it",
    async (chance, waits) => {
      const slept: number[] = [];
      const clock = { nowMs: () => 0, sleep: async (ms: number) => void slept.push(ms) };
      memory.nextFaults.push(...Array.from({ length: 99 }, () => "busy" as const));
      const outcome = await takeStep(
        { ...ports, clock, random: () => chance },
        stepCommand("pay", 2),
      );
      expect(outcome).toEqual({ kind: "busy" });
      expect(memory.calls()).toEqual({ gets: 6, puts: 0 });
      expect(slept).toEqual(waits);
    },
  );

  test.each([
    [4_000, 2],
    [4_001, 1],
  ])("a table that takes %i ms to refuse is asked %i times", async (tookMs, asked) => {
    const store: OrderStore = {
      ...memory.store,
      get: async (orderId) => {
        nowMs += memory.calls().gets === 0 ? tookMs : 0;
        return memory.store.get(orderId);
      },
    };
    memory.nextFaults.push("busy", undefined);
    memory.items.set("o1", makeOrder());
    await takeStep({ ...ports, store }, stepCommand("pay", 2));
    expect(memory.calls().gets).toBe(asked);
  });

  test("a busy table is tried again, and given up after a bounded time", async () => {
    memory.items.set("o1", makeOrder());
    memory.nextFaults.push("busy", "busy", undefined, "busy");
    expect((await takeStep(ports, stepCommand("pay", 2))).kind).toBe("accepted");
    memory.nextFaults.push(...Array.from({ length: 99 }, () => "busy" as const));
    expect((await takeStep(ports, stepCommand("ship", 3))).kind).toBe("busy");
    expect(memory.nextFaults.length).toBeGreaterThan(80);
    expect(nowMs).toBeLessThan(5_000);
  });

  test("an order that changes under every try is given up", async () => {
    let puts = 0;
    const store: OrderStore = {
      ...memory.store,
      put: async () => {
        puts++;
        return { kind: "changed", item: makeOrder() };
      },
    };
    expect((await takeStep({ ...ports, store }, stepCommand("pay", 2))).kind).toBe("not found");
    memory.items.set("o1", makeOrder());
    expect((await takeStep({ ...ports, store }, stepCommand("pay", 2))).kind).toBe("busy");
    expect(puts).toBe(6);
  });
});

describe("a closed door", () => {
  beforeEach(() => {
    ports = { ...ports, admission: async () => ({ kind: "closed", retryAfterSeconds: 30 }) };
  });

  test("turns a new order away unwritten", async () => {
    expect(await takeStep(ports, createCommand())).toEqual({
      kind: "closed",
      retryAfterSeconds: 30,
    });
    expect(memory.items.size).toBe(0);
  });

  test("lets a step of an order pass, and answers the repeat of an order that was taken", async () => {
    memory.items.set("o1", makeOrder());
    expect((await takeStep(ports, createCommand())).kind).toBe("accepted");
    expect((await takeStep(ports, stepCommand("pay", 2))).kind).toBe("accepted");
  });
});

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
    const outcome = await takeStep(ports, { ...stepCommand("pay", 2), traceparent });
    expect(outcome).toMatchObject({ kind: "repeated", sequence: 2 });
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
    const store: OrderStore = {
      ...memory.store,
      put: async () => ({ kind: "changed", item: makeOrder() }),
    };
    expect((await takeStep({ ...ports, store }, stepCommand("pay", 2))).kind).toBe("not found");
    memory.items.set("o1", makeOrder());
    expect((await takeStep({ ...ports, store }, stepCommand("pay", 2))).kind).toBe("busy");
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

/** FAKE: a stage that exists nowhere, for what a page must show that a small bus cannot produce. */
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConsolePorts, WorkEnd, WorkOptions } from "../../cli/console/console-ports.ts";
import type { FlowView, MinutesView } from "../../cli/console/console-views.ts";
import type { DeadLetterList, DeadOrder } from "../../cli/dead-letters/dead-letter.ts";
import { noAdmissionState } from "../../lambdas/core/admission.ts";

export const FAKE_CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];

/** A wave, so that the charts have a shape. */
const wave = (atMs: number, index: number): number =>
  1 + Math.sin(atMs / 20_000 + index) + Math.sin(atMs / 7_000 + 2 * index) / 3;

const MINUTE_MS = 60_000;

const fakeMinutes = (atMs: number): MinutesView => {
  const lastMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  const endsMs = Array.from({ length: 15 }, (_, index) => lastMs - (14 - index) * MINUTE_MS);
  const busy = (at: number, index: number) => Math.max(0, wave(at / 8, index));
  return {
    endsMs,
    consumers: FAKE_CONSUMERS.map((name, index) => ({
      name,
      appliedPerSecond: 12 * busy(atMs, index),
      applied: endsMs.map((at) => 720 * busy(at, index)),
      latencyMs: endsMs.map((at) => 180 + 40 * index + 60 * busy(at, index)),
    })),
  };
};

export const fakeFlow = (atMs: number): FlowView => ({
  status: {
    stackName: "OrderEventBus-fake",
    atMs,
    consumers: FAKE_CONSUMERS.map((name, index) => ({
      name,
      depth: Math.round(40 * Math.max(0, wave(atMs, index))),
      waiting: 3,
      inFlight: 2,
      oldestAgeSeconds: 4 * index,
      latencyMs: { p50: 180 + 40 * index + 30 * wave(atMs, index), p99: 900 },
      deadOrders: { count: name === "inventory" ? 1_000 : 0, andMore: name === "inventory" },
      deadLetters: name === "inventory" ? 10_000 : 0,
      undelivered: 0,
      outage: name === "warehouse" ? "outage" : "none",
      mapping: name === "fraud" ? "paused" : "enabled",
    })),
    relay: { parked: 0 },
    admission: {
      door: { kind: "open" },
      isForced: false,
      state: { ...noAdmissionState, rev: 1, decidedAtMs: atMs },
    },
    notKnown: [],
  },
  minutes: fakeMinutes(atMs),
  alarms: [
    {
      name: "inventory-dead-letters",
      about: "An order stands still at inventory until somebody redrives or discards.",
      sinceMs: atMs - 240_000,
      why: "10,000 dead letters; it rings from 1 on",
      runbook: "docs/operations.md#an-order-is-stuck",
    },
  ],
});

export const FAKE_ORDERS = 9_000;
const CAUSES = ["not retryable", "attempts exhausted", "crash or timeout"] as const;

/** 10,000 letters of 9,000 orders: each ninth order has another letter behind its first. */
const fakeOrder = (index: number, nowMs: number): DeadOrder => {
  const cause = CAUSES[index % 97 === 0 ? 2 : index % 5 === 0 ? 1 : 0] ?? CAUSES[0];
  const letters = index % 9 === 0 ? 2 : 1;
  return {
    orderId: `order-${String(index + 1).padStart(5, "0")}`,
    head: {
      sequence: 1,
      eventType: "order.created",
      cause,
      error: {
        name: "ValidationException",
        message: "An operand in the update is of a wrong type",
      },
      attempts: cause === "attempts exhausted" ? 8 : 1,
      sinceMs: nowMs - 60_000 * (1 + (index % 600)),
    },
    fromSequence: 1,
    toSequence: letters,
    letters,
    seen: true,
  };
};

const fakeList = (consumer: string, nowMs: number): DeadLetterList => {
  const count = consumer === "inventory" ? FAKE_ORDERS : 0;
  const orders = Array.from({ length: count }, (_, index) => fakeOrder(index, nowMs));
  const letters = orders.reduce((sum, order) => sum + order.letters, 0);
  return { consumer, orders, letters, depth: letters, remarks: [] };
};

/** Moves nothing, but takes its time and can be stopped. */
const fakeWork = async (total: number, { onProgress, signal }: WorkOptions): Promise<WorkEnd> => {
  for (let done = 0; done < total; done += 100) {
    await sleep(20);
    if (signal.aborted) return { kind: "stopped", text: "interrupted" };
    onProgress(done);
  }
  onProgress(total);
  return { kind: "done", text: `${total} done` };
};

export const fakePorts = (overrides: Partial<ConsolePorts> = {}): ConsolePorts => ({
  stageName: "OrderEventBus-fake",
  consumers: FAKE_CONSUMERS,
  operator: userInfo().username,
  nowMs: Date.now,
  readFlow: async () => fakeFlow(Date.now()),
  everyMs: 2_000,
  readTimeline: async () => undefined,
  deadLetters: {
    list: async (consumer) => fakeList(consumer, Date.now()),
    redrive: ({ letters }, work) => fakeWork(letters, work),
    discard: ({ orders }, work) => fakeWork(orders.length, work),
  },
  onChange: () => {},
  admission: {
    force: async () => noAdmissionState,
    release: async () => noAdmissionState,
  },
  ...overrides,
});

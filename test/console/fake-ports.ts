/** FAKE: a stage that exists nowhere, for what a page must show that a small bus cannot produce. */
import { userInfo } from "node:os";
import type { ConsolePorts } from "../../cli/console/console-ports.ts";
import type { FlowView } from "../../cli/console/console-views.ts";
import { noAdmissionState } from "../../lambdas/core/admission.ts";

export const FAKE_CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];

/** A wave, so that the charts have a shape. */
const wave = (atMs: number, index: number): number =>
  1 + Math.sin(atMs / 20_000 + index) + Math.sin(atMs / 7_000 + 2 * index) / 3;

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
  appliedPerSecond: Object.fromEntries(
    FAKE_CONSUMERS.map((name, index) => [name, 12 * Math.max(0, wave(atMs, index))]),
  ),
  alarms: [
    {
      name: "inventory-dead-letters",
      about: "An order stands still at inventory until somebody redrives or discards.",
      sinceMs: atMs - 240_000,
      why: "10,000 dead letters; it rings from 1 on",
    },
  ],
});

export const fakePorts = (overrides: Partial<ConsolePorts> = {}): ConsolePorts => ({
  stageName: "OrderEventBus-fake",
  consumers: FAKE_CONSUMERS,
  operator: userInfo().username,
  nowMs: Date.now,
  readFlow: async () => fakeFlow(Date.now()),
  readTimeline: async () => undefined,
  admission: {
    force: async () => noAdmissionState,
    release: async () => noAdmissionState,
  },
  ...overrides,
});

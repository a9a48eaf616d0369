import { describe, expect, it } from "vitest";
import { describeSpan } from "../../cli/status/describe-span.ts";
import { describeStatus } from "../../cli/status/describe-status.ts";
import type { BusStatus, ConsumerStatus } from "../../cli/status/read-status.ts";
import { statusProblems } from "../../cli/status/status-problems.ts";
import { noAdmissionState } from "../../lambdas/core/admission.ts";

const AT_MS = Date.parse("2026-01-01T12:00:00Z");

const consumer = (parts: Partial<ConsumerStatus> = {}): ConsumerStatus => ({
  ...{ name: "loyalty", depth: 0, waiting: 0, inFlight: 0, deadLetters: 0, undelivered: 0 },
  ...{ deadOrders: { count: 0, andMore: false }, outage: "none", mapping: "enabled" },
  ...parts,
});

const status = (parts: Partial<BusStatus> = {}): BusStatus => ({
  ...{ stackName: "OrderEventBus-test", atMs: AT_MS, consumers: [consumer()], notKnown: [] },
  relay: { parked: 0 },
  admission: { door: { kind: "open" }, isForced: false, state: noAdmissionState },
  ...parts,
});

const lineOf = (parts: Partial<ConsumerStatus>): string[] => {
  const text = describeStatus(status({ consumers: [consumer(parts)] }));
  const line = text.split("\n").find((each) => each.startsWith("loyalty")) ?? "";
  return line.trim().split(/ +/);
};

describe("a status in words", () => {
  it("has one line a consumer, with a dash for what is not known", () => {
    const known = { oldestAgeSeconds: 90, latencyMs: { p50: 120, p99: 1_500 }, waiting: 1_234 };
    expect(lineOf({ ...known, inFlight: 5, undelivered: 7 })).toEqual([
      ...["loyalty", "runs", "1,234", "5", "1.5min", "120ms", "1.5s", "0", "0", "7"],
    ]);
    expect(lineOf({ oldestAgeSeconds: 0 })[4]).toBe("0s");
    const { mapping: _, ...unknown } = consumer();
    const text = describeStatus(status({ consumers: [unknown] }));
    expect(text).toMatch(/^loyalty +- +0 +0 +- +- +- +0 +0 +0 *$/m);
  });

  it("says that an order is stuck before its letter is in the dead-letter queue", () => {
    const dead = consumer({ deadOrders: { count: 1_000, andMore: true }, deadLetters: 2 });
    expect(describeStatus(status({ consumers: [dead] }))).toMatch(/ 1,000\+ +2 +0 *$/m);
    expect(statusProblems(status({ consumers: [dead] }))).toHaveLength(1);
  });

  it("fits its table into 80 columns", () => {
    const full = consumer({
      ...{ name: "recommendation", waiting: 99_999, inFlight: 9_999, oldestAgeSeconds: 7_200 },
      ...{ latencyMs: { p50: 120, p99: 1_500 }, deadLetters: 9_999, undelivered: 99 },
    });
    const lines = describeStatus(status({ consumers: [full] })).split("\n");
    const table = lines.filter((line) => /waiting|recommendation/.test(line)).slice(0, 2);
    for (const line of table) expect(line.trimEnd().length).toBeLessThanOrEqual(80);
  });

  it.each([
    ["an outage", { outage: "outage" }, "in an outage"],
    ["a spent budget", { outage: "no budget" }, "no dead-letter budget"],
    ["a dead letter", { deadLetters: 1 }, "1 dead letter,"],
    ["what SNS could not deliver", { undelivered: 3 }, "3 events"],
    ["a pause", { mapping: "paused" }, "is paused"],
  ] as const)("counts %s among what needs somebody", (_, parts, said) => {
    const problems = statusProblems(status({ consumers: [consumer(parts)] }));
    expect(problems).toEqual([expect.stringContaining(said)]);
    expect(describeStatus(status({ consumers: [consumer(parts)] }))).toContain("needs somebody: ");
  });

  it("does not take work that waits for something that needs somebody", () => {
    const busy = consumer({ depth: 5_000, waiting: 4_990, inFlight: 10, oldestAgeSeconds: 3_600 });
    expect(statusProblems(status({ consumers: [busy] }))).toEqual([]);
    expect(describeStatus(status({ consumers: [busy] }))).toMatch(/nothing needs anybody$/);
  });

  it("counts what the relay has parked", () => {
    expect(statusProblems(status({ relay: { parked: 1 } }))).toEqual([
      "the relay has parked 1 entry that it cannot send",
    ]);
  });

  it("tells how far the relay is behind, and that it is paused", () => {
    const relay = { parked: 0, behindMs: 5_400_000, mapping: "paused" } as const;
    const text = describeStatus(status({ relay }));
    expect(text).toMatch(/^relay paused, 1\.5 h behind, 0 parked$/m);
    expect(text).toMatch(/^needs somebody: the relay is paused/m);
  });

  it("tells a closed door with its reasons, and a forced one with who and why", () => {
    const pressures = [{ consumer: "inventory", gauge: "depth", value: 31_000 }] as const;
    const state = { ...noAdmissionState, position: "closed", pressures } as const;
    const door = { kind: "closed", untilMs: AT_MS } as const;
    expect(statusProblems(status({ admission: { door, isForced: false, state } }))).toEqual([
      "admission is closed: new orders get 503 (inventory: 31,000 messages to do)",
    ]);
    const forced = { position: "closed", by: "ada", why: "a sale", untilMs: AT_MS } as const;
    const ordered = { door, isForced: true, state: { ...noAdmissionState, forced } };
    expect(describeStatus(status({ admission: ordered }))).toContain(
      "admission is closed: new orders get 503, forced by ada until 2026-01-01T12:00:00.000Z: a sale (the gauges would leave it open)",
    );
  });

  it("counts a door that is decided about no more, and not one that never was", () => {
    const at = (why: "never decided" | "stale") =>
      statusProblems(
        status({
          admission: { door: { kind: "unknown", why }, isForced: false, state: noAdmissionState },
        }),
      );
    expect(at("never decided")).toEqual([]);
    expect(at("stale")).toEqual([expect.stringContaining("nobody has decided")]);
  });
});

it.each([
  [0, "0 ms"],
  [850, "850 ms"],
  [1_500, "1.5 s"],
  [59_900, "60 s"],
  [60_000, "1 min"],
  [5_400_000, "1.5 h"],
  [86_400_000 * 14, "14 d"],
])("%d ms are %s", (ms, text) => expect(describeSpan(ms)).toBe(text));

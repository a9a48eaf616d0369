import { describe, expect, it } from "vitest";
import { judgeFlow, summarise } from "../../cli/console/pages/judge-flow.ts";
import type { BusStatus, ConsumerStatus } from "../../cli/status/read-status.ts";
import { noAdmissionState } from "../../lambdas/core/admission.ts";

const NONE = { count: 0, andMore: false };

const consumer = (name: string, change: Partial<ConsumerStatus> = {}): ConsumerStatus => ({
  ...{
    name,
    depth: 0,
    waiting: 0,
    inFlight: 0,
    deadLetters: 0,
    deadOrders: NONE,
    undelivered: 0,
    outage: "none",
  },
  ...change,
});

const status = (
  consumers: readonly ConsumerStatus[],
  change: Partial<BusStatus> = {},
): BusStatus => ({
  ...{ stackName: "OrderEventBus-test", atMs: 0, consumers, notKnown: [], relay: { parked: 0 } },
  admission: { door: { kind: "open" } as const, isForced: false, state: noAdmissionState },
  ...change,
});

const texts = (...of: Parameters<typeof status>): readonly string[] =>
  judgeFlow(status(...of)).map(({ text }) => text);

describe("what the flow page says first", () => {
  it("is nothing while all is well", () => {
    expect(texts([consumer("fraud", { depth: 4, waiting: 4 })])).toEqual([]);
    expect(summarise(status([consumer("fraud")]))).toBe("1 consumer, no event waits.");
    expect(summarise(status([consumer("fraud", { depth: 1_200 })]))).toBe(
      "1 consumer, 1,200 events wait or are being worked on.",
    );
  });

  it("names each consumer with dead letters, and where they are worked", () => {
    const [first, second] = judgeFlow(
      status([
        consumer("fraud", { deadLetters: 1, deadOrders: { count: 1, andMore: false } }),
        consumer("loyalty", { deadLetters: 5_000, deadOrders: { count: 1_000, andMore: true } }),
      ]),
    );
    expect(first).toMatchObject({ level: "bad", href: "/dead-letters/fraud" });
    expect(first?.text).toMatch(/^1 dead letter at fraud: 1 order stands still/);
    expect(second?.text).toMatch(
      /^5,000 dead letters at loyalty: 1,000 orders or more stand still/,
    );
  });

  it("tells an outage before all else, and a pause last", () => {
    const said = texts(
      [
        consumer("fraud", { mapping: "paused" }),
        consumer("loyalty", { deadLetters: 2, undelivered: 3 }),
        consumer("inventory", { outage: "outage" }),
        consumer("warehouse", { outage: "outage" }),
      ],
      { relay: { parked: 1 } },
    );
    expect(said[0]).toMatch(/^Outage at inventory and warehouse/);
    expect(said[1]).toBe("The relay could not send 1 event.");
    expect(said[2]).toBe("SNS could not deliver 3 events to loyalty.");
    expect(said.at(-1)).toMatch(/^Paused: fraud/);
  });

  it("says that the shop takes no new orders", () => {
    const admission = {
      door: { kind: "closed", untilMs: 1 } as const,
      isForced: false,
      state: noAdmissionState,
    };
    expect(texts([], { admission })).toEqual(["The shop takes no new orders now."]);
  });

  it("says that the relay is paused or far behind", () => {
    const said = (relay: BusStatus["relay"]) => texts([], { relay });
    expect(said({ parked: 0, behindMs: 59_000, mapping: "enabled" })).toEqual([]);
    expect(said({ parked: 0, behindMs: 180_000 })).toEqual(["The relay is 3 min behind."]);
    expect(said({ parked: 0, mapping: "paused" })[0]).toMatch(/^The relay is paused/);
  });
});

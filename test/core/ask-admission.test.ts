import { beforeEach, describe, expect, it } from "vitest";
import { type AdmissionState, noAdmissionState } from "../../lambdas/core/admission.ts";
import { askAdmission, type UnknownDoor } from "../../lambdas/core/ask-admission.ts";
import type { Admission } from "../../lambdas/core/ports.ts";
import { START_MS } from "./admission-rules.ts";

const open: AdmissionState = { ...noAdmissionState, rev: 1, decidedAtMs: START_MS };
const closed: AdmissionState = {
  ...open,
  position: "closed",
  holdsUntilMs: START_MS + 40_000,
};

let nowMs: number;
let random: number;
let reads: number;
let told: UnknownDoor[];
let read: () => AdmissionState;
let admission: Admission;

beforeEach(() => {
  nowMs = START_MS;
  random = 0;
  reads = 0;
  told = [];
  read = () => open;
  admission = askAdmission({
    read: async () => {
      reads++;
      return read();
    },
    clock: { nowMs: () => nowMs },
    random: () => random,
    onUnknown: (why) => told.push(why),
  });
});

const isClosed = async () => (await admission()).kind === "closed";

describe("the answer", () => {
  it("is kept for five seconds, however many ask", async () => {
    const asked = await Promise.all([isClosed(), isClosed(), isClosed()]);
    read = () => closed;
    nowMs += 4_999;
    expect([...asked, await isClosed()]).toEqual([false, false, false, false]);
    expect(reads).toBe(1);
    nowMs += 1;
    expect(await isClosed()).toBe(true);
    expect(reads).toBe(2);
  });

  it("is asked for anew when the clock was set back", async () => {
    await isClosed();
    nowMs -= 60_000;
    await isClosed();
    expect(reads).toBe(2);
  });

  it.each([
    ["the time that is left", 40_000, 0, 40],
    ["no less than 10 s", 1, 0, 10],
    ["no less than 10 s after its time too", -300, 0, 10],
    ["no more than a minute", 3_600_000, 0, 60],
    ["up to half as much again", 40_000, 0.999, 60],
  ])("says when to come again: %s", async (_, leftMs, drawn, seconds) => {
    random = drawn;
    read = () => ({ ...closed, holdsUntilMs: START_MS + leftMs });
    expect(await admission()).toEqual({ kind: "closed", retryAfterSeconds: seconds });
  });
});

describe("where nothing is known, orders are let in", () => {
  it("and that is told once for each answer that is kept", async () => {
    read = () => {
      throw new Error("throttled");
    };
    for (const afterMs of [0, 1, 4_999, 5_000]) {
      nowMs = START_MS + afterMs;
      expect(await admission()).toEqual({ kind: "open" });
    }
    expect(told).toEqual(["unreadable", "unreadable"]);
  });

  it("also when the last decision is old, or there was none", async () => {
    read = () => ({ ...closed, decidedAtMs: START_MS - 300_001 });
    expect(await admission()).toEqual({ kind: "open" });
    read = () => noAdmissionState;
    nowMs += 5_000;
    expect(await admission()).toEqual({ kind: "open" });
    expect(told).toEqual(["stale", "never decided"]);
  });

  it("but an open door is known to be open", async () => {
    expect(await admission()).toEqual({ kind: "open" });
    expect(told).toEqual([]);
  });
});

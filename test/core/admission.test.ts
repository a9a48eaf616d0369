import { describe, expect, it } from "vitest";
import {
  type AdmissionState,
  decideAdmission,
  doorAt,
  type Forced,
  forceAdmission,
  type Gauges,
  noAdmissionState,
  releaseAdmission,
} from "../../lambdas/core/admission.ts";
import { admissionRules as rules, START_MS } from "./admission-rules.ts";

const calm: Gauges = { depth: 0, deadLetters: 0, retrying: 0 };
const SECOND_MS = 1_000;

const look = (
  gauges: Partial<Gauges>,
  { after = noAdmissionState, atMs = START_MS }: { after?: AdmissionState; atMs?: number } = {},
) => decideAdmission(after, { warehouse: { ...calm, ...gauges } }, rules, atMs);

const closed = look({ depth: 100 });

describe("the door", () => {
  it("is open while every gauge is below its upper mark", () => {
    const gauges = { depth: 99, deadLetters: 9, retrying: 19 };
    expect(look(gauges)).toMatchObject({ position: "open", pressures: [] });
  });

  it.each([
    ["depth", 100],
    ["deadLetters", 10],
    ["retrying", 20],
  ] as const)("closes when the %s is %i, and says so", (gauge, value) => {
    expect(look({ [gauge]: value })).toMatchObject({
      position: "closed",
      sinceMs: START_MS,
      holdsUntilMs: START_MS + 120 * SECOND_MS,
      pressures: [{ consumer: "warehouse", gauge, value }],
    });
  });

  it("stays closed between the marks, and opens at the lower one", () => {
    const later = START_MS + 600 * SECOND_MS;
    const between = look({ depth: 41 }, { after: closed, atMs: later });
    expect(between).toMatchObject({ position: "closed", sinceMs: START_MS });
    expect(look({ depth: 40 }, { after: between, atMs: later + 1 }).position).toBe("open");
  });

  it("is not kept closed by a gauge between its marks that has not closed it", () => {
    const later = START_MS + 600 * SECOND_MS;
    const next = look({ depth: 40, deadLetters: 9 }, { after: closed, atMs: later });
    expect(next).toMatchObject({ position: "open", pressures: [] });
  });

  it("stays closed for its minimum, and open for its own", () => {
    const early = look({}, { after: closed, atMs: START_MS + 120 * SECOND_MS - 1 });
    expect(early).toMatchObject({ position: "closed", pressures: [] });
    const opened = look({}, { after: early, atMs: START_MS + 120 * SECOND_MS });
    expect(opened.position).toBe("open");
    const soon = opened.sinceMs + 60 * SECOND_MS - 1;
    const pressed = look({ depth: 100 }, { after: opened, atMs: soon });
    expect(pressed).toMatchObject({ position: "open", pressures: [{ gauge: "depth" }] });
    expect(look({ depth: 100 }, { after: pressed, atMs: soon + 1 }).position).toBe("closed");
  });

  it("counts its writes", () => {
    expect(closed.rev).toBe(1);
    expect(look({}, { after: closed }).rev).toBe(2);
  });
});

describe("an operator's order", () => {
  const untilMs = START_MS + 3_600 * SECOND_MS;
  const order = (position: Forced["position"]): Forced => {
    return { position, by: "ada", why: "stocktaking", untilMs };
  };

  it("closes an open door, and opens a closed one", () => {
    expect(doorAt(look({}), START_MS)).toEqual({ kind: "open" });
    const shut = forceAdmission(look({}), order("closed"));
    expect(doorAt(shut, START_MS)).toEqual({ kind: "closed", untilMs });
    expect(doorAt(closed, START_MS).kind).toBe("closed");
    expect(doorAt(forceAdmission(closed, order("open")), START_MS)).toEqual({ kind: "open" });
  });

  it("outlasts decisions, which go on beneath it, and ends at its time", () => {
    const forced = forceAdmission(look({}), order("open"));
    const beneath = look({ depth: 100 }, { after: forced, atMs: untilMs - 1 });
    expect(beneath).toMatchObject({ position: "closed", forced: order("open") });
    expect(doorAt(beneath, untilMs - 1).kind).toBe("open");
    expect(doorAt(beneath, untilMs).kind).toBe("closed");
    expect(look({}, { after: beneath, atMs: untilMs })).not.toHaveProperty("forced");
  });

  it("can be taken back, and is a write like any other", () => {
    const forced = forceAdmission(closed, order("open"));
    expect(releaseAdmission(forced)).toEqual({ ...closed, rev: closed.rev + 2 });
  });

  it("holds although nobody looks at the gauges", () => {
    const forced = forceAdmission(noAdmissionState, order("closed"));
    expect(doorAt(forced, untilMs - 1).kind).toBe("closed");
    expect(doorAt(forced, untilMs)).toEqual({ kind: "unknown", why: "never decided" });
  });
});

describe("nobody knows", () => {
  it("when nothing was ever decided", () => {
    expect(doorAt(noAdmissionState, START_MS)).toEqual({ kind: "unknown", why: "never decided" });
  });

  it("when the last look at the gauges was more than five minutes ago", () => {
    const limit = START_MS + 300 * SECOND_MS;
    expect(doorAt(closed, limit).kind).toBe("closed");
    expect(doorAt(closed, limit + 1)).toEqual({ kind: "unknown", why: "stale" });
  });

  it("when it was decided by a clock that was far ahead", () => {
    expect(doorAt(closed, START_MS - 301 * SECOND_MS)).toEqual({ kind: "unknown", why: "stale" });
  });
});

it("a clock set back holds the door for no longer than its minimum from then on", () => {
  const back = START_MS - 86_400 * SECOND_MS;
  const held = look({}, { after: closed, atMs: back });
  expect(held).toMatchObject({ position: "closed", holdsUntilMs: back + 120 * SECOND_MS });
  expect(look({}, { after: held, atMs: back + 120 * SECOND_MS }).position).toBe("open");
});

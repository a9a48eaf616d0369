import { describe, expect, it } from "vitest";
import { same, type TableScenario, within } from "./scenario.ts";
import { AS_AWS, outcomeOf } from "./scenarios.ts";
import type { Time, UnderTest } from "./under-test.ts";

/** A clock that moves by so many seconds each time that it is asked. */
const clockOf = (secondsALook: number): Time => {
  let nowMs = 0;
  return {
    nowMs: () => {
      nowMs += secondsALook * 1_000;
      return nowMs;
    },
    pass: async () => {},
    later: async () => {},
  };
};

const outcome = async (look: (time: Time, run: number) => Promise<void>, secondsALook = 0) => {
  let runs = 0;
  const run: TableScenario["run"] = async (_tables, time) => look(time, ++runs);
  const scenario: TableScenario = { id: "X", title: "x", fact: "none", needs: "tables", run };
  const tables = { createTable: () => Promise.reject(new Error("not asked for")) };
  const under: UnderTest = { tables, time: clockOf(secondsALook), close: async () => {} };
  return { told: await outcomeOf(scenario, under), runs };
};

const differ = async () => same("it", "this", "that");

describe("what is told of a scenario", () => {
  it("is a difference at its first sight: none is given a second chance", async () => {
    expect(await outcome(differ)).toEqual({ told: "it: this; on AWS: that", runs: 1 });
    const inTime = await outcome((time) => within(time, 2, differ), 1);
    expect(inTime).toEqual({ told: "it: this; on AWS: that", runs: 1 });
  });

  it("is nothing of what was seen too late, be it as AWS or not: it runs again", async () => {
    const seen = await outcome((time, run) => within(time, run === 3 ? 9 : 1, async () => {}), 1);
    expect(seen).toEqual({ told: AS_AWS, runs: 3 });
    const late = await outcome((time) => within(time, 1, differ), 1);
    expect(late).toEqual({ told: "it fails with TooLate", runs: 5 });
  });
});

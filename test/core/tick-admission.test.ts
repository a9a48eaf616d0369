import { beforeEach, describe, expect, it } from "vitest";
import {
  type AdmissionState,
  forceAdmission,
  noAdmissionState,
} from "../../lambdas/core/admission.ts";
import { type TickPorts, tickAdmission } from "../../lambdas/core/tick-admission.ts";
import { admissionRules as rules, START_MS } from "./admission-rules.ts";

const flooded = { warehouse: { depth: 100, deadLetters: 0, retrying: 0 } };

let item: AdmissionState;
/** What others do between a read and the write after it, the first time and the next ones. */
let meanwhile: (() => void)[];
let ports: TickPorts;

beforeEach(() => {
  item = noAdmissionState;
  meanwhile = [];
  ports = {
    store: {
      read: async () => item,
      write: async (state) => {
        meanwhile.shift()?.();
        if (state.rev !== item.rev + 1) return "changed";
        item = state;
        return "written";
      },
    },
    readSignals: async () => flooded,
    clock: { nowMs: () => START_MS },
  };
});

const operator = () => {
  item = forceAdmission(item, { position: "open", by: "ada", why: "test", untilMs: START_MS + 1 });
};

describe("a look at the gauges", () => {
  it("writes what it decides, and tells what was before", async () => {
    const report = await tickAdmission(ports, rules);
    expect(item).toMatchObject({ rev: 1, position: "closed", decidedAtMs: START_MS });
    expect(report).toEqual({ signals: flooded, before: noAdmissionState, after: item });
  });

  it("decides again when an operator comes between, and keeps his order", async () => {
    meanwhile = [operator];
    await tickAdmission(ports, rules);
    expect(item).toMatchObject({ rev: 2, position: "closed", forced: { by: "ada" } });
  });

  it("gives up on an item that others change each time", async () => {
    meanwhile = [operator, operator, operator];
    await expect(tickAdmission(ports, rules)).rejects.toThrow("changed by others 3 times");
    expect(item).toMatchObject({ rev: 3, decidedAtMs: 0 });
  });

  it("decides nothing when a gauge cannot be read", async () => {
    const readSignals = async () => Promise.reject(new Error("throttled"));
    await expect(tickAdmission({ ...ports, readSignals }, rules)).rejects.toThrow("throttled");
    expect(item).toBe(noAdmissionState);
  });
});

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { failureRulesSchema } from "../../lambdas/core/failure-rules.ts";
import { receivesUntilJudgement } from "../../lib/receive-margin.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import { consumersOf, property, synthesize, variable } from "./synthesize.ts";

const dev = (overrides?: unknown) => stageSettings({ stage: "dev", overrides });

describe("the settings of a stage", () => {
  it("give every consumer failure rules that it can read", () => {
    for (const { handler } of consumersOf(synthesize())) {
      const rules: unknown = JSON.parse(String(variable(handler, "FAILURE_RULES")));
      expect(v.parse(failureRulesSchema, rules)).toEqual(dev().failureRules);
    }
  });

  it.each([
    ["attempts", 0, "1 to 1000"],
    ["attempts", 1.5, "1 to 1000"],
    ["attempts", "8", "1 to 1000"],
    ["retainDays", 36_501, "0 to 36500"],
  ])("refuse %s %s with what is allowed", (name, value, range) => {
    const got = `settings.failureRules.${name} is ${JSON.stringify(value)}; allowed: a whole number from ${range}.`;
    expect(() => dev({ failureRules: { [name]: value } })).toThrow(got);
  });

  it("take each override from JSON text, and leave the rest as it was", () => {
    const settings = dev(`{"maxReceiveCount":70,"failureRules":{"budget":{"capacity":9}}}`);
    expect(settings.maxReceiveCount).toBe(70);
    expect(settings.failureRules).toEqual({
      ...dev().failureRules,
      budget: { ...dev().failureRules.budget, capacity: 9 },
    });
  });

  it("refuse what is not JSON, and names that do not exist", () => {
    expect(() => dev("maxReceiveCount=5")).toThrow(
      `settings is "maxReceiveCount=5"; allowed: a JSON object. -c settings='{"failureRules"`,
    );
    expect(() => dev({ maxRecieveCount: 5 })).toThrow(
      "settings.maxRecieveCount is 5, but there is no such setting; remove it",
    );
    expect(() => dev({ failureRules: { attempt: 5 } })).toThrow(
      "settings.failureRules.attempt is 5",
    );
    expect(() => stageSettings({ stage: "Prod!" })).toThrow(
      `settings.stage is "Prod!"; allowed: a lower-case letter, then lower-case letters`,
    );
    expect(() => dev({ logRetentionDays: 8 })).toThrow(
      "logRetentionDays is 8; allowed: one of 1, 3, 5",
    );
    expect(() => stageSettings({ stage: "dev", alarmEmail: "ops" })).toThrow('alarmEmail is "ops"');
  });

  it("are refused with the setting as it could be said", () => {
    expect(() => dev({ timeoutSeconds: 0 })).toThrow(`-c settings='{"timeoutSeconds":30}'`);
    expect(() => dev({ failureRules: { budget: { capacity: 0 } } })).toThrow(
      `-c settings='{"failureRules":{"budget":{"capacity":5}}}'`,
    );
  });

  it("do not name the stage, which would be another than the one that is deployed", () => {
    expect(() => dev({ stage: "prod" })).toThrow(
      'settings.stage is "prod"; allowed: not among the settings',
    );
  });

  it.each([
    ["prod", undefined],
    ["dev", { protectData: "keep" }],
  ])("of %s with %j ask whom the alarms wake", (stage, overrides) => {
    const given = { stage, overrides };
    expect(() => stageSettings(given)).toThrow(
      `settings.alarmEmail is missing; allowed in stage ${stage}, which keeps its data: an address such as ops@shop.example, or "none". Say who is told of dead letters before they expire: -c alarmEmail=you@example.com`,
    );
    expect(stageSettings({ ...given, alarmEmail: "none" }).protectData).toBe("keep");
    expect(stageSettings({ ...given, alarmEmail: "ops@shop.example" }).protectData).toBe("keep");
  });

  it("make the queue wait 6 timeouts unless they say otherwise", () => {
    expect(dev({ timeoutSeconds: 7 }).visibilityTimeoutSeconds).toBe(42);
    expect(dev({ visibilityTimeoutSeconds: 200 }).visibilityTimeoutSeconds).toBe(200);
  });

  it("limit one consumer's concurrency without touching the others", () => {
    const template = synthesize({ overrides: { maxConcurrency: { warehouse: 3 } } });
    const limits = consumersOf(template).map(({ mapping, handler }) => [
      variable(handler, "CONSUMER"),
      property(mapping, "ScalingConfig", "MaximumConcurrency"),
    ]);
    const others = dev().maxConcurrency.default;
    expect(Object.fromEntries(limits)).toEqual({
      inventory: others,
      loyalty: others,
      recommendation: others,
      warehouse: 3,
      fraud: others,
    });
  });

  it("count receives until 8 attempts have failed for 10 minutes with the least jitter", () => {
    // Waits of 1, 1, 2, 4, … 512 seconds pass 600 after the eleventh.
    expect(receivesUntilJudgement(dev().failureRules)).toBe(12);
    expect(receivesUntilJudgement({ ...dev().failureRules, failingSeconds: 0 })).toBe(8);
  });
});

import { describe, expect, it } from "vitest";
import { readAdmissionEnvironment } from "../../lambdas/aws/admission-environment.ts";
import { BUDGET_KEY } from "../../lambdas/aws/ledger-item.ts";
import { ADMISSION_KEY } from "../../lambdas/aws/read-admission-state.ts";
import * as stackKeys from "../../lib/reserved-keys.ts";
import { stageSettings, unknownConsumers } from "../../lib/stage-settings.ts";
import {
  consumersOf,
  deadLettersOf,
  flatten,
  must,
  property,
  type Synthesis,
  subscriptionOf,
  synthesize,
  variable,
} from "./synthesize.ts";

const named = (part: string, template: ReturnType<typeof synthesize>) =>
  template.ofType("AWS::Lambda::Function").find(({ path }) => path.includes(`/${part}/`));

const rulesOf = (template: ReturnType<typeof synthesize>) =>
  template.ofType("AWS::Events::Rule").filter(({ path }) => path.includes("/Admission/"));

/** What the function is told, as it reads it itself; references are ids in angle brackets. */
const environmentOf = (given: Synthesis = {}) => {
  const template = synthesize(given);
  const handler = named("Admission", template);
  const names = ["DEDUP_TABLE", "ADMISSION_RULES", "CRITICAL_QUEUES"];
  const told = names.map((name) => [name, flatten(variable(handler!, name))]);
  return readAdmissionEnvironment(Object.fromEntries(told));
};
const criticalIn = (given: Synthesis) => {
  const { ADMISSION_RULES, CRITICAL_QUEUES } = environmentOf(given);
  expect(Object.keys(CRITICAL_QUEUES)).toEqual(Object.keys(ADMISSION_RULES.critical));
  return Object.keys(CRITICAL_QUEUES);
};
const withSettings = (admission: unknown): Synthesis => ({ overrides: { admission } });
const complaint = (admission: unknown) => () =>
  stageSettings({ stage: "dev", overrides: { admission } });
const entry = "lambdas/consumers/inventory.ts";

describe("the admission door", () => {
  const template = synthesize();

  it("is told the queues and the marks of inventory and warehouse", () => {
    const { ADMISSION_RULES, CRITICAL_QUEUES } = environmentOf();
    const expected = consumersOf(template)
      .filter(({ handler }) => /inventory|warehouse/.test(String(variable(handler, "CONSUMER"))))
      .map(({ handler, source }) => [
        variable(handler, "CONSUMER"),
        {
          queueUrl: `<${source.id}>`,
          deadLetterQueueUrl: `<${deadLettersOf(template, source).id}>`,
          subscriptionDeadLetterQueueUrl: `<${deadLettersOf(template, subscriptionOf(template, source)).id}>`,
        },
      ]);
    expect(expected).toHaveLength(2);
    expect(CRITICAL_QUEUES).toEqual(Object.fromEntries(expected));
    const { default: marks } = (stageSettings({ stage: "dev" }).admission as { marks: object })
      .marks as { default: object };
    expect(ADMISSION_RULES.critical).toEqual({ inventory: marks, warehouse: marks });
  });

  it("is called once a minute, by its own rule alone", () => {
    const [rule, ...others] = rulesOf(template);
    expect(others).toEqual([]);
    expect(property(rule, "ScheduleExpression")).toBe("rate(1 minute)");
    const [target] = property(rule, "Targets") as { Arn: unknown }[];
    const handler = named("Admission", template);
    expect(must(template, target?.Arn).id).toBe(handler?.id);
    const permissions = template.ofType("AWS::Lambda::Permission").filter((permission) => {
      return must(template, property(permission, "FunctionName")).id === handler?.id;
    });
    const sources = permissions.map((each) => must(template, property(each, "SourceArn")).id);
    expect(sources).toEqual([rule?.id]);
  });

  it("closes well below the alarm of a deep backlog, which is below what SQS scans", () => {
    const { ADMISSION_RULES } = environmentOf();
    for (const marks of Object.values(ADMISSION_RULES.critical)) {
      expect(marks.depth.closeAt).toBeLessThan(50_000);
    }
  });

  it("rings when it closes, and when the order API knows nothing of it", () => {
    const alarms = template.ofType("AWS::CloudWatch::Alarm").filter((alarm) => {
      return String(property(alarm, "MetricName")).startsWith("Admission");
    });
    const told = alarms.map((alarm) => [
      property(alarm, "MetricName"),
      property(alarm, "Dimensions"),
      property(alarm, "Threshold"),
    ]);
    const of = (part: string) => {
      const Value = variable(named(part, template)!, "POWERTOOLS_SERVICE_NAME");
      return [{ Name: "service", Value }];
    };
    expect(told.toSorted()).toEqual([
      ["AdmissionClosed", of("Admission"), 1],
      ["AdmissionUnknown", of("Api"), 1],
    ]);
  });

  it("and its callers name the same items of the dedup table", () => {
    expect(ADMISSION_KEY.orderId).toBe(stackKeys.ADMISSION_KEY);
    expect(BUDGET_KEY).toBe(stackKeys.BUDGET_KEY);
  });

  it("leaves nothing where the stage has it off", () => {
    const without = synthesize(withSettings("off"));
    expect(JSON.stringify(without.json)).not.toMatch(/admission/i);
    expect(rulesOf(without)).toEqual([]);
  });
});

describe("the critical consumers", () => {
  it("are those that the settings name, one added from outside too", () => {
    const extend: Synthesis["extend"] = (bus) => {
      bus.addConsumer("gift", { entry });
    };
    expect(criticalIn({ ...withSettings({ critical: ["fraud", "gift"] }), extend })).toEqual([
      "fraud",
      "gift",
    ]);
    expect(criticalIn(withSettings({ critical: [] }))).toEqual([]);
  });

  it("do not count while they are paused: their queues fill on purpose", () => {
    const add = (paused: "paused" | "running"): Synthesis => ({
      extend: (bus) => {
        bus.addConsumer("inventory", { entry, generation: 2, paused: paused === "paused" });
      },
    });
    expect(criticalIn(add("paused"))).toEqual(["inventory", "warehouse"]);
    expect(criticalIn(add("running"))).toEqual(["inventory", "warehouse", "inventory@2"]);
  });

  it("may have marks of their own, laid over the default ones", () => {
    const depth = { closeAt: 7, openAt: 3 };
    const given = withSettings({ marks: { warehouse: { depth } } });
    const { critical } = environmentOf(given).ADMISSION_RULES;
    expect(critical.warehouse).toEqual({ ...critical.inventory, depth });
    expect(critical.inventory?.depth).not.toEqual(depth);
  });

  it("must exist", () => {
    const misspelt = {
      critical: ["inventroy"],
      marks: { warehose: { depth: { closeAt: 7, openAt: 3 } } },
    };
    const settings = stageSettings({ stage: "dev", overrides: { admission: misspelt } });
    expect(unknownConsumers(settings, ["inventory"])).toEqual([
      expect.stringMatching(/^settings.admission.critical.0 is "inventroy", but there is no such/),
      expect.stringMatching(/^settings.admission.marks.warehose is .* Correct the name.$/),
    ]);
  });
});

describe("settings of the door", () => {
  it.each([
    ["another word", "on", 'settings.admission is "on"; allowed: an object, such as'],
    ["marks that are one", { marks: { default: { depth: { closeAt: 5, openAt: 5 } } } }, "lower"],
    ["a gauge of another name", { marks: { fraud: { age: {} } } }, "marks.fraud.age is {}, but"],
    ["a name that is none", { critical: [3] }, "critical.0 is 3; allowed: a list of consumers"],
    ["a name twice", { critical: ["fraud", "fraud"] }, "each consumer once"],
    ["a minimum of no time", { minimumSeconds: { open: -1 } }, "a whole number from 0 to 86400"],
  ])("refuse %s", (_, admission, message) => {
    expect(complaint(admission)).toThrow(message);
  });
});

import { describe, expect, it } from "vitest";
import { PATROL_KEY } from "../../lambdas/aws/dynamo-patrol-state.ts";
import { readPatrolEnvironment } from "../../lambdas/aws/patrol-environment.ts";
import * as stackKeys from "../../lib/reserved-keys.ts";
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

const patrolOf = (template: ReturnType<typeof synthesize>) =>
  template.ofType("AWS::Lambda::Function").find(({ path }) => path.includes("/Patrol/"))!;

/** What the function is told, as it reads it itself; references are ids in angle brackets. */
const environmentOf = (given: Synthesis = {}) => {
  const handler = patrolOf(synthesize(given));
  const names = ["ORDERS_TABLE", "DEDUP_TABLE", "PATROL_RULES", "PATROL_QUEUES"];
  const told = names.map((name) => [name, flatten(variable(handler, name))]);
  return readPatrolEnvironment(Object.fromEntries(told));
};
const entry = "lambdas/consumers/fraud.ts";

describe("the patrol", () => {
  const template = synthesize();

  it("is told every queue of dead letters, and the queue of each consumer", () => {
    const { PATROL_QUEUES } = environmentOf();
    const expected = consumersOf(template).map(({ handler, source }) => {
      const name = String(variable(handler, "CONSUMER"));
      const undelivered = deadLettersOf(template, subscriptionOf(template, source));
      return [
        [name, `<${source.id}>`],
        [`${name}/dead-letters`, `<${deadLettersOf(template, source).id}>`],
        [`${name}/undelivered`, `<${undelivered.id}>`],
      ] as const;
    });
    const queues = expected.map(([queue]) => queue);
    expect(PATROL_QUEUES.queues).toEqual(Object.fromEntries(queues));
    const { parking, ...deadLetters } = PATROL_QUEUES.deadLetters;
    expect(deadLetters).toEqual(Object.fromEntries(expected.flatMap(([, ...dead]) => dead)));
    expect(parking).toMatch(/Parking/);
  });

  it("is told what each of them handles", () => {
    const { PATROL_QUEUES } = environmentOf();
    const handles = consumersOf(template).map(({ handler }) => [
      String(variable(handler, "CONSUMER")),
      JSON.parse(String(variable(handler, "HANDLES"))),
    ]);
    expect(PATROL_QUEUES.handles).toEqual(Object.fromEntries(handles));
    expect(PATROL_QUEUES.handles.recommendation).toEqual(["order.created"]);
  });

  it("leaves a consumer out that is paused or retired, and keeps its dead letters awake", () => {
    const extend: Synthesis["extend"] = (bus) => {
      bus.addConsumer("fraud", { entry, generation: 2, paused: true });
      bus.addConsumer("fraud", { entry, generation: 3, retired: true });
    };
    const { queues, deadLetters } = environmentOf({ extend }).PATROL_QUEUES;
    expect(Object.keys(queues)).toEqual(Object.keys(environmentOf().PATROL_QUEUES.queues));
    expect(Object.keys(deadLetters)).toEqual(
      expect.arrayContaining(["fraud@2/dead-letters", "fraud@3/undelivered"]),
    );
  });

  it("is called often enough to keep a queue awake, which sleeps after 6 hours", () => {
    const rules = template
      .ofType("AWS::Events::Rule")
      .filter(({ path }) => /\/Patrol\//.test(path));
    expect(rules.map((rule) => property(rule, "ScheduleExpression"))).toEqual(["rate(5 minutes)"]);
    const [target] = property(rules[0], "Targets") as { Arn: unknown }[];
    expect(must(template, target?.Arn).id).toBe(patrolOf(template).id);
  });

  it("makes its round in a day", () => {
    expect(environmentOf().PATROL_RULES.piece.runsPerRound * 5).toBe(24 * 60);
  });

  it("rings while an order is behind, for as long as the stage says", () => {
    const overrides = { alarmAfter: { orderBehindSeconds: 600 } };
    const given = synthesize({ overrides });
    const [alarm, ...others] = given.ofType("AWS::CloudWatch::Alarm").filter((each) => {
      return property(each, "MetricName") === "OrdersBehind";
    });
    expect(others).toEqual([]);
    const Value = variable(patrolOf(given), "POWERTOOLS_SERVICE_NAME");
    expect(property(alarm, "Dimensions")).toEqual([{ Name: "service", Value }]);
    expect(property(alarm, "Threshold")).toBe(1);
    expect(environmentOf({ overrides }).PATROL_RULES.behindAfterSeconds).toBe(600);
  });

  it("and the stack name the same item of the dedup table", () => {
    expect(PATROL_KEY.orderId).toBe(stackKeys.PATROL_KEY);
  });
});

import { expect, test } from "vitest";
import { ruleSchedules } from "../../local/rule-schedules.ts";
import type { JsonObject } from "../../local/template.ts";

const target = { Arn: "arn:aws:lambda:us-east-1:000000000000:function:ticked", Id: "Target0" };
const read = (values: JsonObject) =>
  ruleSchedules({
    logicalId: "Rule",
    values: { ScheduleExpression: "rate(1 minute)", Targets: [target], ...values },
  });

test.each([
  ["rate(1 minute)", 60],
  ["rate(5 minutes)", 300],
  ["rate(2 hours)", 7_200],
  ["rate(1 day)", 86_400],
])("%s is every %i seconds", (ScheduleExpression, everySeconds) => {
  expect(read({ ScheduleExpression })).toEqual([
    { functionName: "ticked", everySeconds, enabled: true },
  ]);
});

test("a rule may be off", () => {
  expect(read({ State: "DISABLED" })).toMatchObject([{ enabled: false }]);
});

test.each([
  ["a time of day", { ScheduleExpression: "cron(0 8 * * ? *)" }, "does only rate"],
  ["no time at all", { ScheduleExpression: "rate(0 minutes)" }, "does only rate"],
  ["a queue", { Targets: [{ ...target, Arn: "arn:aws:sqs:x" }] }, "does only functions"],
  ["an input", { Targets: [{ ...target, Input: "{}" }] }, "does only functions, by Arn and Id"],
])("%s is refused, since it would be something else on AWS", (_, values, message) => {
  expect(() => read(values)).toThrow(message);
  expect(() => read(values)).toThrow(/^Rule: /);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ALARM_STATES,
  type AlarmRule,
  type AlarmStateValue,
  alarmsOf,
  parseAlarmRule,
  ruleHolds,
} from "../../local/alarms/alarm-rule.ts";

const NAMES = ["a", "dev/inventory/Dead", "with a space", "b(1)"];
const ARN = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:";

const states = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, fc.constantFrom(...ALARM_STATES)])),
) as fc.Arbitrary<Record<string, AlarmStateValue>>;

const rules = fc.letrec<{ rule: AlarmRule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant("state" as const),
      state: fc.constantFrom(...ALARM_STATES),
      alarm: fc.constantFrom(...NAMES),
    }),
    fc.record({ kind: fc.constant("not" as const), rule: tie("rule") }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      rules: fc.array(tie("rule"), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).rule;

/** As CDK writes it: each join in brackets, each alarm by its ARN in quotes. */
const print = (rule: AlarmRule): string => {
  switch (rule.kind) {
    case "state":
      return `${rule.state}("${ARN}${rule.alarm}")`;
    case "not":
      return `(NOT (${print(rule.rule)}))`;
    case "and":
    case "or":
      return `(${rule.rules.map(print).join(` ${rule.kind.toUpperCase()} `)})`;
  }
};

/** The rule as a JavaScript expression: somebody else's idea of what it means. */
const asScript = (rule: AlarmRule): string => {
  switch (rule.kind) {
    case "state":
      return `(now[${JSON.stringify(rule.alarm)}] === ${JSON.stringify(rule.state)})`;
    case "not":
      return `!${asScript(rule.rule)}`;
    case "and":
    case "or":
      return `(${rule.rules.map(asScript).join(rule.kind === "and" ? "&&" : "||")})`;
  }
};

const holds = (text: string, now: Record<string, AlarmStateValue>) =>
  ruleHolds(parseAlarmRule(text), (name) => now[name] ?? "INSUFFICIENT_DATA");

describe("the rule of a composite alarm", () => {
  it("means what it says, however it is nested", () => {
    fc.assert(
      fc.property(rules, states, (rule, now) => {
        const expected = new Function("now", `return ${asScript(rule)}`)(now);
        expect(holds(print(rule), now)).toBe(expected);
        expect(new Set(alarmsOf(parseAlarmRule(print(rule))))).toEqual(new Set(alarmsOf(rule)));
      }),
    );
  });

  it("without brackets: NOT binds first, then AND, then OR", () => {
    fc.assert(
      fc.property(states, (now) => {
        const rings = (name: string) => now[name] === "ALARM";
        expect(holds("NOT ALARM(a) AND OK(a) OR ALARM(dev/inventory/Dead)", now)).toBe(
          (!rings("a") && now.a === "OK") || rings("dev/inventory/Dead"),
        );
      }),
    );
  });

  it.each([
    ["", "its end where OK, ALARM, INSUFFICIENT_DATA belongs"],
    ["AT_LEAST(2, ALARM, (a, b))", "AT_LEAST where OK"],
    ["ALARM(a", "its end where ) belongs"],
    ["ALARM(a) ALARM(b)", "ALARM behind its end"],
    ["ALARM(a) AND", "its end where OK"],
    ["TRUE", "TRUE where OK"],
    ['ALARM("a)', '", which is not known here'],
  ])("refuses %s", (text, message) => {
    expect(() => parseAlarmRule(text)).toThrow(message);
  });
});

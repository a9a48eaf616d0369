/**
 * The rule of a composite alarm: the states of other alarms, joined by AND, OR and NOT. As in
 * CloudWatch, NOT binds before AND, and AND before OR.
 */
import { readTokens, SyntaxFault, type TokenReader } from "./token-reader.ts";

export const ALARM_STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;
export type AlarmStateValue = (typeof ALARM_STATES)[number];

export type AlarmRule =
  | { readonly kind: "state"; readonly state: AlarmStateValue; readonly alarm: string }
  | { readonly kind: "not"; readonly rule: AlarmRule }
  | { readonly kind: "and" | "or"; readonly rules: readonly AlarmRule[] };

const WORD = /("[^"]*"|[()]|[^\s()"]+)/;

const isState = (word: string): word is AlarmStateValue =>
  (ALARM_STATES as readonly string[]).includes(word);

/** By name, whether the rule says the name or the ARN. */
const nameOf = (reference: string): string => {
  const text = reference.replace(/^"(.*)"$/, "$1");
  return /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
};

const readOne = (tokens: TokenReader): AlarmRule => {
  if (tokens.accept("NOT")) return { kind: "not", rule: readOne(tokens) };
  if (tokens.accept("(")) {
    const rule = readAny(tokens);
    tokens.expect(")");
    return rule;
  }
  const state = tokens.take();
  if (!isState(state)) {
    throw new SyntaxFault(`has ${state || "its end"} where ${ALARM_STATES.join(", ")} belongs`);
  }
  tokens.expect("(");
  const alarm = nameOf(tokens.take());
  tokens.expect(")");
  return { kind: "state", state, alarm };
};

const joined = (
  tokens: TokenReader,
  { word, kind }: { readonly word: string; readonly kind: "and" | "or" },
  read: (tokens: TokenReader) => AlarmRule,
): AlarmRule => {
  const first = read(tokens);
  const rules = [first];
  while (tokens.accept(word)) rules.push(read(tokens));
  return rules.length === 1 ? first : { kind, rules };
};

const readAll = (tokens: TokenReader) => joined(tokens, { word: "AND", kind: "and" }, readOne);
const readAny = (tokens: TokenReader): AlarmRule =>
  joined(tokens, { word: "OR", kind: "or" }, readAll);

/** Throws a `SyntaxFault` for what CloudWatch would refuse, and for what our templates do not use. */
export const parseAlarmRule = (text: string): AlarmRule => {
  const tokens = readTokens(text, WORD);
  const rule = readAny(tokens);
  if (tokens.peek() !== "") throw new SyntaxFault(`has ${tokens.peek()} behind its end`);
  return rule;
};

/** Names of the alarms whose states the rule asks for. */
export const alarmsOf = (rule: AlarmRule): readonly string[] => {
  switch (rule.kind) {
    case "state":
      return [rule.alarm];
    case "not":
      return alarmsOf(rule.rule);
    case "and":
    case "or":
      return rule.rules.flatMap(alarmsOf);
  }
};

export const ruleHolds = (
  rule: AlarmRule,
  stateOf: (alarm: string) => AlarmStateValue,
): boolean => {
  switch (rule.kind) {
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !ruleHolds(rule.rule, stateOf);
    case "and":
      return rule.rules.every((each) => ruleHolds(each, stateOf));
    case "or":
      return rule.rules.some((each) => ruleHolds(each, stateOf));
  }
};

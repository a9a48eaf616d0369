/** The states of a stage's alarms, and what changes them. Time comes in from outside. */
import { TemplateError } from "../template.ts";
import type { AlarmDefinition, CompositeAlarmDefinition } from "./alarm-definition.ts";
import { type AlarmStateValue, alarmsOf, ruleHolds } from "./alarm-rule.ts";
import { evaluateMetricAlarm, type ReadStatistic, type Verdict } from "./evaluate-alarm.ts";

export type AlarmState = Verdict & {
  /** When it came into this state. */
  readonly sinceMs: number;
  readonly updatedMs: number;
};

export type AlarmChange = {
  readonly alarm: AlarmDefinition;
  readonly from: AlarmStateValue;
  readonly to: AlarmState;
  /** Of a composite alarm: those that it names, as they are now. */
  readonly children: readonly { readonly alarm: AlarmDefinition; readonly state: AlarmState }[];
};

export type AlarmWatch = {
  readonly alarms: readonly AlarmDefinition[];
  readonly stateOf: (name: string) => AlarmState;
  /** Once a minute. Evaluates all of them, those that others name first; answers those whose state is another. */
  readonly tick: (nowMs: number, read: ReadStatistic) => readonly AlarmChange[];
  /** As a person sets it; the next tick judges anew. */
  readonly set: (name: string, verdict: Verdict, nowMs: number) => readonly AlarmChange[];
};

const namesIn = ({ watch }: AlarmDefinition): readonly string[] =>
  watch.kind === "composite" ? alarmsOf(watch.rule) : [];

/** Each after all that it names. */
const inOrder = (alarms: readonly AlarmDefinition[]): readonly AlarmDefinition[] => {
  const byName = new Map(alarms.map((alarm) => [alarm.name, alarm]));
  const ordered = new Set<AlarmDefinition>();
  const visit = (alarm: AlarmDefinition, path: readonly string[]) => {
    if (path.includes(alarm.name)) {
      throw new TemplateError(alarm.logicalId, `waits for itself: ${path.join(", ")}`);
    }
    for (const name of namesIn(alarm)) {
      const child = byName.get(name);
      if (child === undefined) {
        throw new TemplateError(alarm.logicalId, `its rule names ${name}, which is no alarm here`);
      }
      visit(child, [...path, alarm.name]);
    }
    ordered.add(alarm);
  };
  for (const alarm of alarms) visit(alarm, []);
  return [...ordered];
};

export const createAlarmWatch = (
  definitions: readonly AlarmDefinition[],
  startedMs: number,
): AlarmWatch => {
  const alarms = inOrder(definitions);
  const byName = new Map(alarms.map((alarm) => [alarm.name, alarm]));
  const unknown: AlarmState = {
    value: "INSUFFICIENT_DATA",
    reason: "Not evaluated yet.",
    ...{ sinceMs: startedMs, updatedMs: startedMs },
  };
  const states = new Map<string, AlarmState>();
  let watchedMinutes = 0;
  const stateOf = (name: string) => states.get(name) ?? unknown;

  const childrenOf = (alarm: AlarmDefinition) =>
    [...new Set(namesIn(alarm))].flatMap((name) => {
      const child = byName.get(name);
      return child === undefined ? [] : [{ alarm: child, state: stateOf(name) }];
    });

  const composed = (alarm: AlarmDefinition, { rule }: CompositeAlarmDefinition): Verdict => {
    const value = ruleHolds(rule, (name) => stateOf(name).value) ? "ALARM" : "OK";
    const [latest] = childrenOf(alarm).toSorted((a, b) => b.state.sinceMs - a.state.sinceMs);
    if (latest === undefined) return { value, reason: "Its rule names no alarm." };
    const at = new Date(latest.state.sinceMs).toUTCString();
    return { value, reason: `${latest.alarm.arn} transitioned to ${latest.state.value} at ${at}` };
  };

  const change = (alarm: AlarmDefinition, verdict: Verdict, nowMs: number) => {
    const before = stateOf(alarm.name);
    const isSame = before.value === verdict.value;
    // What a composite alarm says is about the change, so it stays as long as the state does.
    const reason = isSame && alarm.watch.kind === "composite" ? before.reason : verdict.reason;
    const sinceMs = isSame ? before.sinceMs : nowMs;
    const to: AlarmState = { value: verdict.value, reason, sinceMs, updatedMs: nowMs };
    states.set(alarm.name, to);
    return isSame ? [] : [{ alarm, from: before.value, to, children: childrenOf(alarm) }];
  };

  return {
    alarms,
    stateOf,
    tick: (nowMs, read) => {
      watchedMinutes += 1;
      const judge = (alarm: AlarmDefinition) => {
        const { watch } = alarm;
        if (watch.kind === "composite") return composed(alarm, watch);
        return evaluateMetricAlarm(watch, { read, watchedMinutes });
      };
      return alarms.flatMap((alarm) => change(alarm, judge(alarm), nowMs));
    },
    set: (name, verdict, nowMs) => {
      const alarm = byName.get(name);
      return alarm === undefined ? [] : change(alarm, verdict, nowMs);
    },
  };
};

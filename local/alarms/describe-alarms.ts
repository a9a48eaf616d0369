/** CloudWatch's DescribeAlarms over the alarms of the embedded bus. */
import * as v from "valibot";
import type { AlarmDefinition } from "./alarm-definition.ts";
import { ALARM_STATES } from "./alarm-rule.ts";
import type { AlarmWatch } from "./alarm-watch.ts";

const TYPES = ["MetricAlarm", "CompositeAlarm"] as const;

export const describeAlarmsSchema = v.strictObject({
  AlarmNames: v.optional(v.array(v.string())),
  AlarmNamePrefix: v.optional(v.string(), ""),
  // As on AWS: who does not ask for composite alarms gets none.
  AlarmTypes: v.optional(v.array(v.picklist(TYPES)), ["MetricAlarm"]),
  StateValue: v.optional(v.picklist(ALARM_STATES)),
  MaxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 50),
  NextToken: v.optional(v.pipe(v.string(), v.digits())),
});

type Input = v.InferOutput<typeof describeAlarmsSchema>;
type Watch = Pick<AlarmWatch, "alarms" | "stateOf">;

/** What of the template CloudWatch repeats; a composite alarm has other properties than a plain one. */
const SETTINGS = {
  MetricAlarm: [
    ...["MetricName", "Namespace", "Dimensions", "Statistic", "Period", "Metrics"],
    ...["EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator"],
    "TreatMissingData",
  ],
  CompositeAlarm: ["AlarmRule"],
} as const;

const typeOf = ({ watch }: AlarmDefinition): (typeof TYPES)[number] =>
  watch.kind === "metric" ? "MetricAlarm" : "CompositeAlarm";

/** Times are in seconds, as AWS's JSON has them. */
const describe = (alarm: AlarmDefinition, { stateOf }: Watch) => {
  const { value, reason, sinceMs, updatedMs } = stateOf(alarm.name);
  const settings = SETTINGS[typeOf(alarm)].flatMap((name) => {
    const setting = alarm.values[name];
    return setting === undefined ? [] : [[name, setting] as const];
  });
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AlarmDescription: alarm.description,
    ActionsEnabled: true,
    AlarmActions: alarm.alarmActions,
    OKActions: alarm.okActions,
    InsufficientDataActions: [],
    StateValue: value,
    StateReason: reason,
    StateTransitionedTimestamp: sinceMs / 1_000,
    StateUpdatedTimestamp: updatedMs / 1_000,
    ...Object.fromEntries(settings),
  };
};

export const describeAlarms = (watch: Watch, input: Input): object => {
  const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, MaxRecords, NextToken } = input;
  const wanted = watch.alarms
    .filter((alarm) => AlarmTypes.includes(typeOf(alarm)))
    .filter(({ name }) => AlarmNames?.includes(name) ?? name.startsWith(AlarmNamePrefix))
    .filter(({ name }) => StateValue === undefined || watch.stateOf(name).value === StateValue)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const from = Number(NextToken ?? 0);
  const page = wanted.slice(from, from + MaxRecords);
  const of = (type: (typeof TYPES)[number]) =>
    page.filter((alarm) => typeOf(alarm) === type).map((alarm) => describe(alarm, watch));
  return {
    MetricAlarms: of("MetricAlarm"),
    CompositeAlarms: of("CompositeAlarm"),
    ...(from + MaxRecords < wanted.length ? { NextToken: String(from + MaxRecords) } : {}),
  };
};

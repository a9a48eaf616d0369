/** What CloudWatch sends to a topic when an alarm's state changes: its documented schema. */
import { ACCOUNT } from "../aws-clients.ts";
import { isList, isObject, type Json } from "../template.ts";
import type { AlarmChange } from "./alarm-watch.ts";

export type AlarmMessage = { readonly subject: string; readonly body: string };

/** As the console names us-east-1, where everything here pretends to be. */
const REGION_NAME = "US East (N. Virginia)";
const MAX_SUBJECT = 100;

const stamp = (atMs: number): string => new Date(atMs).toISOString().replace("Z", "+0000");

const dimensions = (value: Json | undefined) =>
  (isList(value) ? value : []).filter(isObject).map(({ Name, Value }) => ({
    value: Value,
    name: Name,
  }));

/** The same for a plain metric as for math, whose metrics it lists instead. */
const triggerOf = ({ alarm: { values } }: AlarmChange) => {
  const common = {
    Period: values.Period,
    EvaluationPeriods: values.EvaluationPeriods,
    DatapointsToAlarm: values.DatapointsToAlarm,
    ComparisonOperator: values.ComparisonOperator,
    Threshold: values.Threshold,
    TreatMissingData: values.TreatMissingData,
    EvaluateLowSampleCountPercentile: "",
  };
  if (values.Metrics !== undefined) return { ...common, Metrics: values.Metrics };
  return {
    MetricName: values.MetricName,
    Namespace: values.Namespace,
    StatisticType: "Statistic",
    Statistic: String(values.Statistic).toUpperCase(),
    Unit: null,
    Dimensions: dimensions(values.Dimensions),
    ...common,
  };
};

const childrenOf = ({ children }: AlarmChange) =>
  children
    .filter(({ state }) => state.value === "ALARM")
    .map(({ alarm, state }) => ({
      Arn: alarm.arn,
      State: { Value: state.value, Timestamp: stamp(state.sinceMs) },
    }));

export const alarmMessage = (change: AlarmChange): AlarmMessage => {
  const { alarm, from, to } = change;
  const about =
    alarm.watch.kind === "metric"
      ? { Trigger: triggerOf(change) }
      : { AlarmRule: alarm.values.AlarmRule, TriggeringChildren: childrenOf(change) };
  const subject = `${to.value}: "${alarm.name}" in ${REGION_NAME}`;
  return {
    subject: subject.length > MAX_SUBJECT ? `${subject.slice(0, MAX_SUBJECT - 3)}...` : subject,
    body: JSON.stringify({
      AlarmName: alarm.name,
      AlarmDescription: alarm.description,
      AWSAccountId: ACCOUNT,
      NewStateValue: to.value,
      NewStateReason: to.reason,
      StateChangeTime: stamp(to.sinceMs),
      Region: REGION_NAME,
      AlarmArn: alarm.arn,
      OldStateValue: from,
      OKActions: alarm.okActions,
      AlarmActions: alarm.alarmActions,
      InsufficientDataActions: [],
      ...about,
    }),
  };
};

import {
  type AlarmDefinition,
  alarmDefinition,
  compositeAlarm,
} from "../../local/alarms/alarm-definition.ts";
import { metricAlarm } from "../../local/alarms/metric-alarm.ts";
import type { JsonObject } from "../../local/template.ts";

export const TOPIC = "arn:aws:sns:us-east-1:000000000000:alarms";
export const arnOf = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

const make = (
  name: string,
  values: JsonObject,
  read: (properties: { logicalId: string; values: JsonObject }) => AlarmDefinition["watch"],
): AlarmDefinition => {
  const properties = { logicalId: name, values };
  return alarmDefinition(properties, { name, arn: arnOf(name) }, read(properties));
};

/** On the sum of `Failures`, in periods of five minutes. */
export const plainAlarm = (name: string, values: JsonObject = {}): AlarmDefinition =>
  make(
    name,
    {
      ...{ Namespace: "Shop", MetricName: "Failures", Statistic: "Sum", Period: 300 },
      Dimensions: [{ Name: "part", Value: name }],
      ...{ EvaluationPeriods: 1, Threshold: 1, TreatMissingData: "notBreaching" },
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      AlarmDescription: `${name} fails.`,
      ...values,
    },
    metricAlarm,
  );

export const combinedAlarm = (name: string, AlarmRule: string): AlarmDefinition =>
  make(name, { AlarmRule, AlarmActions: [TOPIC], OKActions: [TOPIC] }, compositeAlarm);

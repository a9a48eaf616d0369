import { expect, test } from "vitest";
import type { JsonObject } from "../../local/template.ts";
import { combinedAlarm, plainAlarm } from "./make-alarm.ts";

const math = (Expression: string): JsonObject => ({
  Metrics: [
    { Id: "e", Expression },
    {
      ...{ Id: "a", ReturnData: false },
      MetricStat: {
        ...{ Stat: "Sum", Period: 300 },
        Metric: { Namespace: "Shop", MetricName: "Failures", Dimensions: [] },
      },
    },
  ],
});

test.each<[string, JsonObject, string]>([
  [
    "a comparison",
    { ComparisonOperator: "GreaterThanThreshold" },
    "is GreaterThanThreshold; the em",
  ],
  [
    "data that is told but not missing data",
    { ComparisonOperator: "LessThanThreshold" },
    "TreatMissingData is notBreaching; the embedded runtime knows breaching",
  ],
  ["missing data", { TreatMissingData: "breaching" }, "TreatMissingData is breaching"],
  ["a statistic", { Statistic: "IQM" }, "Statistic is IQM; the embedded runtime knows Sum"],
  ["half a minute", { Period: 30 }, "Period is 30; allowed: whole minutes"],
  [
    "a metric that nobody measures",
    { Namespace: "AWS/SQS", MetricName: "SentMessageSize" },
    "does not know the metric SentMessageSize of AWS/SQS",
  ],
  [
    "an action",
    { AlarmActions: ["arn:aws:automate:us-east-1:ec2:reboot"] },
    "does only SNS topics",
  ],
  ["a function of metric math", math("ANOMALY_DETECTION_BAND(a)"), "has ANOMALY_DETECTION_BAND"],
  ["an id that is none", math("a + b"), "Metrics have no b"],
])("an alarm with %s that is not known here is refused by its id", (_, values, message) => {
  expect(() => plainAlarm("Alarm", values)).toThrow(message);
  expect(() => plainAlarm("Alarm", values)).toThrow(/^Alarm: /);
});

test("a rule that is not known here is refused by its id", () => {
  expect(() => combinedAlarm("Both", "AT_LEAST(1, ALARM, (a))")).toThrow(
    /^Both: AlarmRule .* has AT_LEAST where OK/,
  );
});

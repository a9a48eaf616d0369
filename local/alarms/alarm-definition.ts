/** What a template says of an alarm. What it says that is not known here is a `TemplateError`. */
import { list, optionalText, type Properties, text } from "../resource-properties.ts";
import { type JsonObject, TemplateError } from "../template.ts";
import { type AlarmRule, parseAlarmRule } from "./alarm-rule.ts";
import type { Expression } from "./metric-expression.ts";
import type { Metric } from "./metric-store.ts";
import { SyntaxFault } from "./token-reader.ts";

export type MetricStat = {
  readonly metric: Metric;
  readonly stat: string;
  readonly periodSeconds: number;
};

/** A metric, or what is worked out from others by their ids. */
export type Query = MetricStat | { readonly expression: Expression };

export type MetricAlarmDefinition = {
  readonly kind: "metric";
  readonly queries: ReadonlyMap<string, Query>;
  /** The id of the query that is compared with the threshold. */
  readonly watched: string;
  readonly threshold: number;
  /** What breaches: "below" also where a period has no data, else from the threshold on. */
  readonly side: "above" | "below";
  readonly periodSeconds: number;
  readonly periods: { readonly breaching: number; readonly of: number };
  /** Why it is never evaluated here. */
  readonly unavailable: string | undefined;
};

export type CompositeAlarmDefinition = { readonly kind: "composite"; readonly rule: AlarmRule };

export type AlarmDefinition = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
  /** As the template has it, resolved: what CloudWatch's API and messages repeat. */
  readonly values: JsonObject;
  readonly watch: MetricAlarmDefinition | CompositeAlarmDefinition;
};

/** A text of one of the small languages of alarms; what is wrong with it names the resource. */
export const parsed = <T>(
  logicalId: string,
  what: string,
  parse: (text: string) => T,
  from: string,
): T => {
  try {
    return parse(from);
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    throw new TemplateError(logicalId, `${what} ${JSON.stringify(from)} ${error.message}`);
  }
};

/** Of an `AWS::CloudWatch::CompositeAlarm`. */
export const compositeAlarm = (properties: Properties): CompositeAlarmDefinition => {
  const from = text(properties, "AlarmRule");
  return {
    kind: "composite",
    rule: parsed(properties.logicalId, "AlarmRule", parseAlarmRule, from),
  };
};

const topics = (properties: Properties, name: string): readonly string[] =>
  list(properties, name).map((action) => {
    const arn = String(action);
    if (/^arn:[^:]+:sns:/.test(arn)) return arn;
    throw new TemplateError(
      properties.logicalId,
      `${name} has ${arn}; the embedded runtime does only SNS topics`,
    );
  });

export const alarmDefinition = (
  properties: Properties,
  { name, arn }: { readonly name: string; readonly arn: string },
  watch: AlarmDefinition["watch"],
): AlarmDefinition => ({
  logicalId: properties.logicalId,
  ...{ name, arn, watch },
  description: optionalText(properties, "AlarmDescription") ?? "",
  alarmActions: topics(properties, "AlarmActions"),
  okActions: topics(properties, "OKActions"),
  values: properties.values,
});

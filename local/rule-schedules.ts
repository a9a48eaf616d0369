/** What a template says of rules that call functions by the clock. */
import { functionNameOf } from "./function-definition.ts";
import { list, optionalText, type Properties, text } from "./resource-properties.ts";
import type { ScheduleSettings } from "./schedule.ts";
import { isObject, type Json, TemplateError } from "./template.ts";

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };
const TARGET_PARTS = ["Arn", "Id"];

const rateSeconds = (properties: Properties): number => {
  const expression = text(properties, "ScheduleExpression");
  const [, count, unit = ""] = RATE.exec(expression) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new TemplateError(
    properties.logicalId,
    `ScheduleExpression is ${expression}; the embedded runtime does only rate(N minutes|hours|days)`,
  );
};

const targetFunction = ({ logicalId }: Properties, target: Json): string => {
  const parts = isObject(target) ? target : {};
  const unknown = Object.keys(parts).find((part) => !TARGET_PARTS.includes(part));
  const arn = parts.Arn;
  if (unknown !== undefined || typeof arn !== "string" || !arn.includes(":lambda:"))
    throw new TemplateError(
      logicalId,
      `a target is ${JSON.stringify(target)}; the embedded runtime does only functions, by Arn and Id`,
    );
  return functionNameOf(arn);
};

export const ruleSchedules = (properties: Properties): readonly ScheduleSettings[] => {
  const everySeconds = rateSeconds(properties);
  const enabled = (optionalText(properties, "State") ?? "ENABLED") === "ENABLED";
  return list(properties, "Targets").map((target) => ({
    functionName: targetFunction(properties, target),
    everySeconds,
    enabled,
  }));
};

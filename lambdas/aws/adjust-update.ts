import type { Update } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Adjust } from "../core/consumer.ts";

/**
 * An `Adjust` as a DynamoDB update. Conditions do no arithmetic between attributes, so a bound on
 * the sum becomes a bound on what is there before, and on the start where nothing is there.
 */
export const adjustUpdate = (adjust: Adjust, tableName: string): Update => {
  const names: Record<string, string> = {};
  const values: Record<string, number> = {};
  const sums: string[] = [];
  const bounds: string[] = [];
  Object.entries(adjust.add).forEach(([attribute, add], index) => {
    const start = adjust.start?.[attribute] ?? 0;
    const [name, addValue, startValue] = [`#a${index}`, `:add${index}`, `:start${index}`];
    names[name] = attribute;
    values[addValue] = add;
    values[startValue] = start;
    sums.push(`${name} = if_not_exists(${name}, ${startValue}) + ${addValue}`);
    const bound = (sign: ">=" | "<=", limit: number | undefined, fits: boolean): void => {
      if (limit === undefined) return;
      const value = `${sign === ">=" ? ":floor" : ":ceiling"}${index}`;
      values[value] = limit - add;
      const before = `${name} ${sign} ${value}`;
      bounds.push(fits ? `(attribute_not_exists(${name}) OR ${before})` : before);
    };
    const floor = adjust.floor?.[attribute];
    const ceiling = adjust.ceiling?.[attribute];
    bound(">=", floor, start + add >= (floor ?? 0));
    bound("<=", ceiling, start + add <= (ceiling ?? 0));
  });
  return {
    TableName: tableName,
    Key: marshall(adjust.key),
    UpdateExpression: `SET ${sums.join(", ")}`,
    ...(bounds.length === 0 ? {} : { ConditionExpression: bounds.join(" AND ") }),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: marshall(values),
  };
};

/** Typed reads of resolved properties; a wrong type names the resource. */
import { isList, isObject, type Json, type JsonObject, TemplateError } from "./template.ts";

export type Properties = {
  readonly logicalId: string;
  readonly values: JsonObject;
};

export const has = ({ values }: Properties, name: string): boolean => values[name] !== undefined;

const wrong = ({ logicalId, values }: Properties, name: string, wanted: string): TemplateError =>
  new TemplateError(logicalId, `${name} must be ${wanted}, got ${JSON.stringify(values[name])}`);

export const text = (properties: Properties, name: string): string => {
  const value = properties.values[name];
  if (typeof value !== "string") throw wrong(properties, name, "a text");
  return value;
};

export const optionalText = (properties: Properties, name: string): string | undefined =>
  has(properties, name) ? text(properties, name) : undefined;

export const wholeNumber = (properties: Properties, name: string, fallback: number): number => {
  const value = Number(properties.values[name] ?? fallback);
  if (!Number.isInteger(value)) throw wrong(properties, name, "a whole number");
  return value;
};

export const flag = (properties: Properties, name: string, fallback: "on" | "off"): boolean => {
  const value = properties.values[name];
  return value === undefined ? fallback === "on" : value === true || value === "true";
};

export const list = (properties: Properties, name: string): readonly Json[] => {
  const value = properties.values[name] ?? [];
  if (!isList(value)) throw wrong(properties, name, "a list");
  return value;
};

/** An object with no keys but these, since another one might change behaviour. */
export const record = (
  properties: Properties,
  name: string,
  allowed: readonly string[] | "any",
): JsonObject => {
  const value = properties.values[name] ?? {};
  if (!isObject(value)) throw wrong(properties, name, "an object");
  const unknown = Object.keys(value).find((key) => allowed !== "any" && !allowed.includes(key));
  if (unknown)
    throw new TemplateError(
      properties.logicalId,
      `the embedded runtime does not know ${name}.${unknown}; apply it in local, or leave it out`,
    );
  return value;
};

/**
 * Evaluates the intrinsic functions that our template uses: Ref, Fn::GetAtt, Fn::Join, Fn::Select,
 * Fn::Split and Fn::Sub. Any other, and any name that means nothing, is an error with the id of the
 * resource that holds it.
 */
import { isList, isObject, type Json, TemplateError } from "./template.ts";

export type Scope = {
  /** The resource or output being resolved, for messages. */
  readonly logicalId: string;
  readonly ref: (name: string) => string | undefined;
  readonly attribute: (logicalId: string, name: string) => string | undefined;
};

const NO_VALUE = "AWS::NoValue";
const SUPPORTED = ["Ref", "Fn::GetAtt", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"];

const intrinsicOf = (value: Json): readonly [string, Json] | undefined => {
  if (!isObject(value)) return undefined;
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return undefined;
  return entry[0] === "Ref" || entry[0] === "Condition" || entry[0].startsWith("Fn::")
    ? entry
    : undefined;
};

const strings = (value: Json): string[] => (isList(value) ? value.map(String) : [String(value)]);

const getAttParts = (argument: Json): readonly [string, string] => {
  const [id = "", ...rest] = typeof argument === "string" ? argument.split(".") : strings(argument);
  return [id, rest.join(".")];
};

const SUB_NAME = /\$\{(!?)([^}]+)\}/g;

const refTo = (name: string, scope: Scope): string => {
  const value = scope.ref(name);
  if (value === undefined)
    throw new TemplateError(
      scope.logicalId,
      `Ref to ${name}, which is neither a resource nor a known pseudo parameter; add it to local/intrinsics.ts`,
    );
  return value;
};

const attributeOf = (argument: Json, scope: Scope): string => {
  const [id, name] = getAttParts(argument);
  const value = scope.attribute(id, name);
  if (value === undefined)
    throw new TemplateError(
      scope.logicalId,
      `Fn::GetAtt ${id}.${name} is unknown; return it where local/create-resources.ts creates ${id}`,
    );
  return value;
};

const substitute = (argument: Json, scope: Scope): string => {
  const [text, variables] = isList(argument) ? argument : [argument];
  return String(text).replace(SUB_NAME, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const own = isObject(variables) ? variables[name] : undefined;
    if (own !== undefined) return String(resolveIntrinsics(own, scope));
    return name.includes(".") ? attributeOf(name, scope) : refTo(name, scope);
  });
};

const list = (name: string, argument: Json | undefined, scope: Scope): readonly Json[] => {
  const resolved = argument === undefined ? undefined : resolveIntrinsics(argument, scope);
  if (isList(resolved)) return resolved;
  throw new TemplateError(scope.logicalId, `${name} needs a list, got ${JSON.stringify(argument)}`);
};

const evaluate = (name: string, argument: Json, scope: Scope): Json => {
  const items = isList(argument) ? argument : [];
  switch (name) {
    case "Ref":
      return refTo(String(argument), scope);
    case "Fn::GetAtt":
      return attributeOf(argument, scope);
    case "Fn::Sub":
      return substitute(argument, scope);
    case "Fn::Join":
      return list(name, items[1], scope).map(String).join(String(items[0]));
    case "Fn::Split":
      return String(resolveIntrinsics(items[1] ?? "", scope)).split(String(items[0]));
    case "Fn::Select":
      return list(name, items[1], scope)[Number(items[0])] ?? "";
    default:
      throw new TemplateError(
        scope.logicalId,
        `${name} is not supported by the embedded runtime (it knows ${SUPPORTED.join(", ")}); ` +
          "write the property without it, or add it to local/intrinsics.ts",
      );
  }
};

/** The value with every intrinsic replaced; a property that is AWS::NoValue is left out. */
export const resolveIntrinsics = (value: Json, scope: Scope): Json => {
  if (isList(value)) return value.map((item) => resolveIntrinsics(item, scope));
  const intrinsic = intrinsicOf(value);
  if (intrinsic) return evaluate(intrinsic[0], intrinsic[1], scope);
  if (!isObject(value)) return value;
  const isNoValue = (item: Json) => isObject(item) && item.Ref === NO_VALUE;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isNoValue(item))
      .map(([key, item]) => [key, resolveIntrinsics(item, scope)]),
  );
};

/** Every name that the value refers to, resources and pseudo parameters alike. */
export const referencedNames = (value: Json): readonly string[] => {
  if (isList(value)) return value.flatMap(referencedNames);
  const intrinsic = intrinsicOf(value);
  if (intrinsic?.[0] === "Ref") return [String(intrinsic[1])];
  if (intrinsic?.[0] === "Fn::GetAtt") return [getAttParts(intrinsic[1])[0]];
  if (intrinsic?.[0] === "Fn::Sub") {
    const [text, variables] = isList(intrinsic[1]) ? intrinsic[1] : [intrinsic[1], {}];
    const names = [...String(text).matchAll(SUB_NAME)].map(
      (match) => match[2]?.split(".")[0] ?? "",
    );
    return [...names, ...referencedNames(variables ?? {})];
  }
  return isObject(value) ? Object.values(value).flatMap(referencedNames) : [];
};

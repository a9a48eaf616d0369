import * as v from "valibot";
import type { JsonValue } from "../core/ledger-row.ts";
import { kindOf } from "./kind-of.ts";
import type { Fault } from "./problem.ts";

/** A caller mends all faults in one go, but an answer must not outgrow its request. */
const MAX_FAULTS = 50;
const MAX_KEY_LENGTH = 64;

type Issue = v.BaseIssue<unknown>;
type Path = readonly (string | number)[];
type Entries = Readonly<Record<string, v.GenericSchema>>;

/** An object's fields, and those of the elements of its lists. */
export type Shape = {
  readonly fields: Entries;
  readonly elements?: Readonly<Record<string, Entries>>;
};

const pointerTo = (path: Path): string =>
  ["#", ...path]
    .map((key) => String(key).slice(0, MAX_KEY_LENGTH).replaceAll("~", "~0").replaceAll("/", "~1"))
    .join("/");

const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const noObject = (value: JsonValue | undefined, fields: Entries, path: Path): Fault => {
  const names = Object.keys(fields).join(", ");
  const expected = `must be an object ${names === "" ? "without keys" : `with ${names}`}`;
  return { pointer: pointerTo(path), got: kindOf(value), expected, fix: "Send an object." };
};

/** A wrong value, in the words of its schema. */
const describeValue = (issue: Issue): Fault => {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  return {
    pointer: pointerTo(path),
    got: kindOf(issue.input as JsonValue | undefined),
    expected: issue.message,
    fix: `Send ${issue.message.replace(/^must be /, "")}.`,
  };
};

/** The schema library stops at an object's first unknown key; here all are named. */
const describeKeys = (value: JsonValue, fields: Entries, path: Path): Fault[] => {
  if (!isObject(value)) return [noObject(value, fields, path)];
  const known = Object.keys(fields);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  const missing = Object.entries(fields).flatMap(([key, schema]) => {
    if (Object.hasOwn(value, key)) return [];
    const expected = v.safeParse(schema, undefined).issues?.[0]?.message;
    return expected === undefined ? [] : [{ key, expected }];
  });
  return [
    ...missing.map(({ key, expected }) => ({
      pointer: pointerTo([...path, key]),
      got: kindOf(undefined),
      expected,
      fix: "Add it.",
    })),
    ...unknown.map((key) => ({
      pointer: pointerTo([...path, key]),
      got: `an unknown key with ${kindOf(value[key])}`,
      expected: `must be ${known.length === 0 ? "left out" : `one of ${known.join(", ")}`}`,
      fix: "Remove it or correct its name.",
    })),
  ];
};

/** Every fault of a body that its schema refused, one a value. */
export const describeFaults = (
  body: JsonValue,
  issues: readonly Issue[],
  { fields, elements = {} }: Shape,
): readonly Fault[] => {
  if (!isObject(body)) return [noObject(body, fields, [])];
  const faults = issues.filter(({ path }) => path?.at(-1)?.origin !== "key").map(describeValue);
  faults.push(...describeKeys(body, fields, []));
  for (const [name, ofElement] of Object.entries(elements)) {
    const list = body[name];
    if (!Array.isArray(list)) continue;
    faults.push(...list.flatMap((each, index) => describeKeys(each, ofElement, [name, index])));
  }
  return [...new Map(faults.map((fault) => [fault.pointer, fault])).values()].slice(0, MAX_FAULTS);
};

/**
 * What was sent, as an answer may tell it: a number, a flag or nothing as it is, of the rest its
 * kind and its size. Never a text itself: it may be about a person, and an answer may end up in a log.
 */
import type { JsonValue } from "../core/ledger-row.ts";

const count = (size: number, what: string): string => `${size} ${what}${size === 1 ? "" : "s"}`;

const nameOf = (character: string): string => {
  if (character === " ") return "a space";
  return character < " " || character === "\x7f" ? "a control character" : "none of ASCII";
};

/** Its length, and the place of the first character that nobody sees or types by mistake. */
export const kindOfText = (text: string, odd = /[^\x21-\x7e]/): string => {
  const at = text.search(odd);
  const about = `a text of ${count(text.length, "character")}`;
  return at < 0 ? about : `${about}, of which number ${at + 1} is ${nameOf(text.charAt(at))}`;
};

export const kindOf = (value: JsonValue | undefined): string => {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "string") return kindOfText(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return `an object of ${count(Object.keys(value).length, "key")}`;
};

/**
 * Reads a request's body as JSON, and refuses what two readers could understand differently: bytes
 * that are no UTF-8, a key that comes twice in one object, and `__proto__`.
 */
import type { JsonValue } from "../core/ledger-row.ts";
import type { Fault } from "./problem.ts";

export type ParsedJson =
  | { readonly kind: "json"; readonly value: JsonValue }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] };

const refuse = (got: string, expected: string, fix: string): ParsedJson => ({
  kind: "faults",
  faults: [{ pointer: "#", got, expected, fix }],
});

export const parseJson = (bytes: Uint8Array): ParsedJson => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("bytes that are no UTF-8", "must be JSON in UTF-8", "Encode the body as UTF-8.");
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`no JSON (${placeOf(error)})`, "must be JSON", "Correct the syntax.");
  }
  const faults = findKeyFaults(text);
  return faults.length > 0 ? { kind: "faults", faults } : { kind: "json", value };
};

/** Where the syntax breaks; the whole message of the parser would repeat the body. */
const placeOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : "";
  const place = /at position \d+( \(line \d+ column \d+\))?/.exec(message);
  const token = /^Unexpected token '.{1,2}'/su.exec(message);
  return place?.[0] ?? token?.[0].toLowerCase() ?? "it ends too early";
};

/** In valid JSON every bracket outside of a text is structure, and a text before `:` is a key. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;
const SHOWN_KEY = 40;

const findKeyFaults = (text: string): readonly Fault[] => {
  const open: (Set<string> | undefined)[] = [];
  const faults = new Map<string, Fault>();
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(token.slice(0, -colon.length));
      const shown = JSON.stringify(key.slice(0, SHOWN_KEY));
      const keys = open.at(-1);
      if (key === "__proto__") faults.set(shown, keyFault(`the key ${shown}`));
      else if (keys?.has(key)) faults.set(shown, keyFault(`the key ${shown} twice in one object`));
      keys?.add(key);
    }
  }
  return [...faults.values()];
};

const keyFault = (got: string): Fault => ({
  pointer: "#",
  got,
  expected: "must name each key once, and never __proto__",
  fix: "Remove it.",
});

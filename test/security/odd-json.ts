/** What a stranger may send in place of JSON or inside it; arbitraries for fuzzers. */
import fc from "fast-check";

/** In every text that is a stranger's: it must never reach a log. */
export const MARK = "s3cr3t-text";

const marked = fc.string({ maxLength: 20 }).map((text) => `${MARK}${text}`);

/** A value where another was meant. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, "", 0, -1, 0.5, 1e21, 2 ** 53, -0, [], {}, "__proto__", "\u0000"),
  fc.double(),
  marked,
  fc.integer({ min: 1, max: 4_000 }).map((length) => MARK.padEnd(length, "x")),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 0, max: 3_000 }).map((length) => Array.from({ length }, () => 0)),
);

const deep = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/** Texts that a JSON parser may choke on, or that two parsers read differently. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "{",
    "nul",
    "NaN",
    "1e999",
    `{"customerId":"${MARK}","customerId":"b"}`,
    '{"__proto__":{"admin":true}}',
    '{"\\u005f_proto__":1}',
    '"\\ud800"',
    "\ufeff{}",
    `{"quantity":${"9".repeat(400)}}`,
  ),
  fc.integer({ min: 1, max: 60_000 }).map(deep),
  fc.integer({ min: 1, max: 20_000 }).map(nested),
  fc.json({ maxDepth: 4 }),
  marked,
);

/** Bytes: mostly the text's, some damaged so that they are no UTF-8 or end too early. */
export const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(text, fc.constantFrom("whole", "whole", "whole", "cut", "byte"), fc.nat(), fc.nat(255))
    .map(([whole, damage, at, byte]) => {
      const bytes = new TextEncoder().encode(whole);
      const index = bytes.length === 0 ? 0 : at % bytes.length;
      if (damage === "cut") return bytes.slice(0, index);
      if (damage === "byte" && bytes.length > 0) bytes[index] = byte;
      return bytes;
    });

/** A valid object with some of its fields replaced, removed or added. */
export const bent = <T extends object>(valid: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      valid,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom("set", "drop", "add"), oddValue), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([whole, bends]) => {
      const fields: Record<string, unknown> = Object.fromEntries(Object.entries(whole));
      for (const [at, how, value] of bends) {
        const names = Object.keys(fields);
        const name = names[at % Math.max(1, names.length)] ?? "extra";
        if (how === "set") fields[name] = value;
        else if (how === "drop") delete fields[name];
        else fields[`extra-${at % 7}`] = value;
      }
      return fields;
    });

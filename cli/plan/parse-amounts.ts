/** Amounts as people write them: `100M` events, `6h`. */
const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

const refused = (what: string, text: string, allowed: string): Error =>
  new Error(`${what} is ${text}; allowed: ${allowed}`);

export const parseAmount = (text: string, what: string): number => {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
  const count = digits === "" ? Number.NaN : Math.round(Number(digits) * (FACTORS[unit] ?? 1));
  if (Number.isSafeInteger(count)) return count;
  throw refused(what, text, "a number with k, M or G behind it or nothing, such as 250k or 100M");
};

/** In seconds. */
export const parseDuration = (text: string, what: string): number => {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const seconds = digits === "" ? Number.NaN : Number(digits) * (UNIT_SECONDS[unit] ?? 1);
  if (seconds > 0) return seconds;
  throw refused(what, text, "a number with s, m, h or d behind it, such as 90m or 6h");
};

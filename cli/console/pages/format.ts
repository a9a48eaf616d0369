/** Numbers and times as a person says them. */

const whole = new Intl.NumberFormat("en");
const tenths = new Intl.NumberFormat("en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const NOTHING = "–";

export const count = (value: number): string => whole.format(value);

/** For a narrow place: 12.3K. */
export const shortCount = (value: number): string =>
  value < 10_000 ? whole.format(value) : compact.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export const rate = (perSecond: number): string =>
  perSecond > 0 && perSecond < 0.05 ? "<0.1" : tenths.format(perSecond);

/** As short as it is exact to a tenth: 2, 2.5. */
export const number = (value: number): string => compact.format(value);

export const milliseconds = (ms: number): string =>
  ms < 1_000 ? `${count(Math.round(ms))} ms` : seconds(ms / 1_000);

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/** The largest two units at most, above a minute without seconds: 3 h 20 min. */
export const seconds = (value: number): string => {
  if (value < 10) return `${number(value)} s`;
  if (value < 60) return `${Math.round(value)} s`;
  const at = UNITS.findIndex(([, size]) => value >= size);
  const [unit, size] = UNITS[at] ?? UNITS[2];
  const first = Math.floor(value / size);
  const next = UNITS[at + 1];
  const rest = next === undefined ? 0 : Math.floor((value - first * size) / next[1]);
  return rest === 0 || next === undefined || first >= 10
    ? `${first} ${unit}`
    : `${first} ${unit} ${rest} ${next[0]}`;
};

const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
export const dateTime = (atMs: number): string => absolute.format(atMs);

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
export const clockTime = (atMs: number): string => clock.format(atMs);

export const ago = (atMs: number, nowMs: number): string => {
  const age = (nowMs - atMs) / 1_000;
  if (age < -1) return `in ${seconds(-age)}`;
  return age < 5 ? "just now" : `${seconds(Math.floor(age))} ago`;
};

/** A, B and C. */
export const list = (items: readonly string[]): string =>
  new Intl.ListFormat("en", { type: "conjunction" }).format(items);

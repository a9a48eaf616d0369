const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

const rounded = (value: number): string =>
  value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));

/** A time span in its largest unit, short: `850 ms`, `12 s`, `3.5 min`, `2 h`, `14 d`. */
export const describeSpan = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${rounded(seconds / size)} ${unit}`;
  }
  return `${rounded(seconds)} s`;
};

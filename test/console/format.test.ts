import { describe, expect, it } from "vitest";
import { ago, milliseconds, rate, seconds, shortCount } from "../../cli/console/pages/format.ts";

describe("numbers and times in words", () => {
  it.each([
    [0, "0 s"],
    [1.24, "1.2 s"],
    [59, "59 s"],
    [60, "1 min"],
    [200, "3 min"],
    [3_600, "1 h"],
    [35_000, "9 h 43 min"],
    [90_000, "1 d 1 h"],
    [864_000, "10 d"],
  ])("%s seconds: %s", (value, text) => expect(seconds(value)).toBe(text));

  it("how long ago, and how long yet", () => {
    expect(ago(96_000, 100_000)).toBe("just now");
    expect(ago(40_000, 100_000)).toBe("1 min ago");
    expect(ago(400_000, 100_000)).toBe("in 5 min");
  });

  it("a rate that is not nothing is not shown as nothing", () => {
    expect([0, 0.01, 0.05, 12.34].map(rate)).toEqual(["0.0", "<0.1", "0.1", "12.3"]);
  });

  it("large counts short, small ones whole", () => {
    expect([0, 9_999, 10_000, 1_234_567].map(shortCount)).toEqual(["0", "9,999", "10K", "1.2M"]);
    expect([0, 999, 1_500].map(milliseconds)).toEqual(["0 ms", "999 ms", "1.5 s"]);
  });
});

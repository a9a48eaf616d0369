import { expect, it } from "vitest";
import { readBenchOptions } from "../../bench/bench-options.ts";
import type { Part } from "../../bench/part.ts";

const part = (name: string): Part => ({
  ...{ name, summary: `measures ${name}` },
  run: async () => ({ figures: [], tables: [], charts: [], notes: [] }),
});
const known = ["effects", "relay", "growth"].map(part);
const read = (...argv: string[]) => readBenchOptions(argv, known);

it("runs all parts, or those named, in the order of the list", () => {
  expect(read().parts).toEqual(known);
  expect(read("growth", "effects").parts.map(({ name }) => name)).toEqual(["effects", "growth"]);
});

it("lists the parts to who names one that is not there", () => {
  expect(() => read("effects", "speed")).toThrow(
    "no part is named speed; the parts are: effects, relay, growth",
  );
});

it.each(["0", "-1", "2.5", "many", "100", ""])(
  "refuses %j rounds, and says what it takes",
  (text) => {
    expect(() => read(`--rounds=${text}`)).toThrow(
      `--rounds is ${text}; allowed: a whole number from 1 to 99`,
    );
  },
);

it("takes a number of rounds, a trace, and a report to add to", () => {
  expect(read("--rounds", "7", "--trace", "a.ndjson", "--report", "r.json", "--merge")).toEqual({
    ...{ parts: known, rounds: 7, trace: "a.ndjson", report: "r.json", merge: true, list: false },
  });
  expect(() => read("--merge")).toThrow("--report");
});

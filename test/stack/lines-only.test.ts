import { decode, encode } from "@jridgewell/sourcemap-codec";
import { expect, test } from "vitest";
import { linesOnly } from "../../lib/lines-only.ts";

const map = {
  ...{ version: 3, file: "index.mjs", sources: ["a.ts", "b.ts"], names: ["one", "two"] },
  mappings: encode([
    [[0]],
    [[0, 0, 4, 0], [6, 0, 4, 2, 0], [9, 0, 5, 0], [12, 1, 5, 8, 1], [15], [18, 1, 5, 9]],
  ]),
};

test("a map keeps the first position of each run of a source's line, and what has no source", () => {
  const lean = linesOnly(map);
  expect(lean.names).toEqual([]);
  expect(lean).toMatchObject({ file: "index.mjs", sources: map.sources });
  expect(decode(lean.mappings)).toEqual([
    [[0]],
    [[0, 0, 4, 0], [9, 0, 5, 0], [12, 1, 5, 8], [15], [18, 1, 5, 9]],
  ]);
});

import { expect, it } from "vitest";
import { pathParts } from "../../cli/console/pages/path-parts.ts";

it("a path is taken apart and decoded", () => {
  expect(pathParts("/")).toEqual([]);
  expect(pathParts("/orders/a%2Fb")).toEqual(["orders", "a/b"]);
});

it("a path that cannot be decoded is shown as it is, not a blank page", () => {
  expect(pathParts("/orders/%")).toEqual(["orders", "%"]);
  expect(pathParts("/%zz/A%20B")).toEqual(["%zz", "A B"]);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventSchemas } from "../../cli/event-schemas.ts";

const folder = join(import.meta.dirname, "../../docs/schemas");

it("the committed JSON Schemas are those of the code (else: npm run schemas)", () => {
  const committed = readdirSync(folder).map(
    (name) => [name, readFileSync(join(folder, name), "utf8")] as const,
  );
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(eventSchemas()));
  expect(committed).toHaveLength(5);
});

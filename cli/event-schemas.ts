/**
 * The JSON Schemas of the events, from the schemas that the functions validate with.
 * `npm run schemas` writes them to docs/schemas; a test checks that they are current.
 */
import { writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { EVENT_TYPES, orderEventSchemas, SCHEMA_VERSION } from "../lambdas/core/order-event.ts";

const FOLDER = new URL("../docs/schemas/", import.meta.url);

/** File names, to their texts. A check that JSON Schema cannot say is left to the code. */
export const eventSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    EVENT_TYPES.map((type) => {
      const schema = toJsonSchema(orderEventSchemas[type], { errorMode: "ignore" });
      const title = `${type}, schema version ${SCHEMA_VERSION}`;
      return [`${type}.schema.json`, `${JSON.stringify({ title, ...schema }, null, 2)}\n`];
    }),
  );

if (import.meta.main) {
  const schemas = eventSchemas();
  for (const [name, text] of schemas) writeFileSync(new URL(name, FOLDER), text);
  console.log(`${schemas.size} schemas written to docs/schemas`);
}

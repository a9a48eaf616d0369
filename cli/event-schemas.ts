/**
 * The JSON Schemas of the events, from the schemas that the functions validate with.
 * `npm run schemas` writes them to docs/schemas; a test checks that they are current.
 */
import { writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import {
  EVENT_TYPES,
  type OrderEventType,
  orderEventSchemas,
  SCHEMA_VERSION,
} from "../lambdas/core/order-event.ts";

const FOLDER = new URL("../docs/schemas/", import.meta.url);

/** What JSON Schema can say of an event; a check beyond that is left to the code. */
export const jsonSchemaOf = (type: OrderEventType): Readonly<Record<string, unknown>> => ({
  title: `${type}, schema version ${SCHEMA_VERSION}`,
  ...toJsonSchema(orderEventSchemas[type], { errorMode: "ignore" }),
});

/** File names, to their texts. */
export const eventSchemas = (): ReadonlyMap<string, string> =>
  new Map(
    EVENT_TYPES.map((type) => [
      `${type}.schema.json`,
      `${JSON.stringify(jsonSchemaOf(type), null, 2)}\n`,
    ]),
  );

if (import.meta.main) {
  const schemas = eventSchemas();
  for (const [name, text] of schemas) writeFileSync(new URL(name, FOLDER), text);
  console.log(`${schemas.size} schemas written to docs/schemas`);
}

import { Ajv } from "ajv";
import formats from "ajv-formats";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { eventSchemas } from "../../cli/event-schemas.ts";
import {
  type OrderEventType,
  orderEventSchemas,
  SCHEMA_VERSION,
} from "../../lambdas/core/order-event.ts";
import { findBreaks, type Schema } from "./find-breaks.ts";
import { readEvents, readSchemas, versionsOf } from "./fixtures.ts";

const today = new Map(
  [...eventSchemas()].map(([name, text]) => [
    name.replace(".schema.json", ""),
    JSON.parse(text) as Schema,
  ]),
);
const majorOf = (version: string): number => Number.parseInt(version, 10);

const validatorOf = (schema: object) => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (value: unknown) => (validate(value) ? "valid" : ajv.errorsText(validate.errors));
};

describe.each(versionsOf("events"))("events of schema version %s", (version) => {
  it.each(readEvents(version))("are valid today: $name", ({ body }) => {
    const event = JSON.parse(body);
    const type: OrderEventType = event.type;
    const { issues = [] } = v.safeParse(orderEventSchemas[type], event);
    expect(issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toEqual([]);
    expect(validatorOf(today.get(type)!)(event)).toBe("valid");
    expect(validatorOf(readSchemas(version).get(type)!)(event)).toBe("valid");
  });

  it.runIf(majorOf(version) === majorOf(SCHEMA_VERSION))("are told by today's schemas", () => {
    const versions = { published: version, today: SCHEMA_VERSION };
    const breaks = [...readSchemas(version)].flatMap(([type, published]) =>
      findBreaks(published as Schema, today.get(type) ?? {}, versions).map(
        (text) => `${type}: ${text}`,
      ),
    );
    expect(breaks, breaks.join("\n")).toEqual([]);
  });
});

describe("a schema that differs from the published one", () => {
  const line: Schema = {
    type: "object",
    properties: { sku: { type: "string" } },
    required: ["sku"],
  };
  const published: Schema = {
    type: "object",
    properties: {
      id: { type: "string" },
      lines: { type: "array", items: line },
      trace: { type: "string" },
    },
    required: ["id", "lines"],
  };
  const breaksOf = (change: Partial<Schema>, version = "1.1") =>
    findBreaks(published, { ...published, ...change }, { published: "1.0", today: version });
  const properties = published.properties ?? {};

  it("breaks with a new required field", () => {
    const more = { ...properties, total: { type: "number" } };
    expect(breaksOf({ properties: more, required: ["id", "lines", "total"] })).toEqual([
      "total is required, but events of 1.0 that wait in queues lack it. Make it `v.optional` and raise the minor version.",
    ]);
    expect(breaksOf({ required: ["id", "lines", "trace"] })).toHaveLength(1);
  });

  it("breaks with a required field that may be left out, or is gone", () => {
    expect(breaksOf({ required: ["lines"] })).toEqual([
      "id may be left out, but consumers of 1.0 need it. Keep it as it was, or raise the major version and read both (docs/changing-the-bus.md).",
    ]);
    const { id: _id, ...without } = properties;
    expect(breaksOf({ properties: without, required: ["lines"] })).toEqual([
      expect.stringContaining("id is gone, but consumers of 1.0 may read it."),
    ]);
  });

  it("breaks with another rule, also deep inside", () => {
    const shorter = { ...line, properties: { sku: { type: "string", maxLength: 3 } } };
    const lines = { type: "array", items: shorter };
    const [told, ...more] = breaksOf({ properties: { ...properties, lines } });
    expect(more).toEqual([]);
    expect(told).toContain(`lines[].sku is [["maxLength",3],["type","string"]], but was`);
  });

  it("may have a new optional field, in a version of its own", () => {
    const more = { properties: { ...properties, gift: { type: "boolean" } } };
    expect(breaksOf(more)).toEqual([]);
    expect(breaksOf(more, "1.0")).toEqual([
      "gift is new, but version 1.0 was published without it. Raise the minor version.",
    ]);
  });
});

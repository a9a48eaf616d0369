import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { asyncApi } from "../../cli/asyncapi.ts";
import { exampleEvents } from "../../cli/example-events.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { consumersOf, synthesize, variable } from "../stack/synthesize.ts";

const committed = readFileSync(join(import.meta.dirname, "../../docs/asyncapi.json"), "utf8");
const document = JSON.parse(committed);
const require = createRequire(import.meta.url);

const compile = (schema: object) => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (value: unknown) => (validate(value) ? "valid" : ajv.errorsText(validate.errors));
};

/** Every `$ref` must lead somewhere in the document itself. */
const references = (value: unknown): string[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === "$ref" ? [String(each)] : references(each),
  );
};
const follow = (reference: string): unknown =>
  reference
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (tree, name) => (tree as Record<string, unknown> | undefined)?.[name],
      document,
    );

describe("docs/asyncapi.json", () => {
  it("is current (else: npm run schemas)", () => {
    expect(committed).toBe(asyncApi());
  });

  it("is a valid AsyncAPI 3 document, by the schema of the AsyncAPI project", () => {
    const schema = require("@asyncapi/specs/schemas/3.0.0-without-$id.json");
    expect(compile(schema)(document)).toBe("valid");
    expect(compile(schema)({ ...document, channels: { orders: { address: 7 } } })).not.toBe(
      "valid",
    );
  });

  it("refers only to what it contains", () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((reference) => follow(reference) === undefined)).toEqual([]);
  });

  it("has the queue of each consumer of the stack, under its own name", () => {
    const template = synthesize();
    const names = consumersOf(template).map(({ handler }) => variable(handler, "CONSUMER"));
    const { orders, ...queues } = document.channels;
    expect(Object.keys(queues)).toEqual(names);
    expect(orders.address).toBeNull();
    for (const { source, handler } of consumersOf(template)) {
      const channel = queues[String(variable(handler, "CONSUMER"))];
      const address = channel.address.replace("{stage}", "dev");
      expect(address).toBe((source.body.Properties as { QueueName: string }).QueueName);
    }
  });

  it.each(EVENT_TYPES)("has %s as a message whose example is valid", (type) => {
    const message = document.components.messages[type];
    expect(compile(message.payload)(exampleEvents[type])).toBe("valid");
    expect(message.examples[0].payload).toEqual(exampleEvents[type]);
    const { subject: _subject, ...without } = exampleEvents[type];
    expect(compile(message.payload)(without)).toContain("subject");
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EVENT_TYPES } from "../../lib/handled-types.ts";
import {
  consumersOf,
  flatten,
  must,
  property,
  type Synthesis,
  synthesize,
  synthesizeStack,
  variable,
} from "./synthesize.ts";

const entry = join(import.meta.dirname, "gift.ts");

const consumer = (given: Synthesis, name: string) => {
  const template = synthesize(given);
  const found = consumersOf(template).find(
    ({ handler }) => variable(handler, "POWERTOOLS_SERVICE_NAME") === `OrderEventBus-dev-${name}`,
  );
  return { template, ...found! };
};

/** What a consumer consists of: the paths of its resources, without its own name. */
const parts = (given: Synthesis, name: string): string[] => {
  const { json } = synthesize(given);
  const { Resources } = json as { Resources: Record<string, { Type: string; Metadata: object }> };
  return Object.values(Resources)
    .map(({ Type, Metadata }) => `${Type} ${(Metadata as Record<string, string>)["aws:cdk:path"]}`)
    .filter((part) => part.includes(`/Default/${name}/`))
    .map((part) => part.replaceAll(name, "NAME"))
    .toSorted();
};

describe("a sixth consumer in one line", () => {
  const sixth: Synthesis = {
    extend: (bus) =>
      bus.addConsumer("gift", {
        entry,
        tables: { stock: { partitionKey: "sku", access: "adjust" } },
      }),
  };

  it("gets all that the first has: queues, function, permissions, tables, alarms", () => {
    expect(parts(sixth, "gift")).toEqual(parts(sixth, "inventory"));
    expect(parts(sixth, "gift").length).toBeGreaterThan(20);
  });

  it("is listed in the outputs", () => {
    const { json } = synthesize(sixth);
    const { Outputs } = json as { Outputs: { Consumers: { Value: unknown } } };
    const names = (JSON.parse(flatten(Outputs.Consumers.Value)) as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(["inventory", "loyalty", "recommendation", "warehouse", "fraud", "gift"]);
  });

  it("handles every type unless it is told", () => {
    const { bus } = synthesizeStack({
      extend: (bus) => {
        bus.addConsumer("gift", { entry });
        bus.addConsumer("parcel", { entry, handles: ["order.shipped", "order.paid"] });
      },
    });
    const [parcel, gift] = bus.consumers.map(({ handles }) => handles).toReversed();
    expect(gift).toEqual(EVENT_TYPES);
    expect(parcel).toEqual(["order.paid", "order.shipped"]);
  });

  it.each([[["order.payed"]], [[]]])("cannot handle %j", (handles) => {
    expect(() =>
      synthesize({ extend: (bus) => bus.addConsumer("gift", { entry, handles }) }),
    ).toThrow(
      `handles of consumer gift is ${JSON.stringify(handles)}; allowed: at least one of order.created`,
    );
  });

  it.each(["Gift", "gift-2", "", "gift_wrap", "g".repeat(33)])("cannot be called %j", (name) => {
    expect(() => synthesize({ extend: (bus) => bus.addConsumer(name, { entry }) })).toThrow(
      `consumer name is "${name}"; allowed: at most 32 lower-case letters`,
    );
  });
});

describe("a second generation of a consumer", () => {
  const second: Synthesis = {
    extend: (bus) =>
      bus.addConsumer("inventory", {
        generation: 2,
        paused: true,
        tables: { stock: { partitionKey: "sku", access: "adjust" } },
      }),
  };
  const { template, source, handler, mapping } = consumer(second, "inventory-2");
  const first = consumersOf(template).find((each) => variable(each.handler, "GENERATION") === "1")!;

  it("fills its queue while its function is not called", () => {
    expect(property(mapping, "Enabled")).toBe(false);
    const subscribed = template
      .ofType("AWS::SNS::Subscription")
      .map((each) => must(template, property(each, "Endpoint")).id);
    expect(subscribed).toContain(source.id);
  });

  it("shares neither queue nor tables nor rows with the first", () => {
    expect(variable(handler, "CONSUMER")).toBe("inventory");
    expect(variable(handler, "GENERATION")).toBe("2");
    for (const name of ["QUEUE_URL", "DATA_TABLES"]) {
      expect(flatten(variable(handler, name))).not.toBe(flatten(variable(first.handler, name)));
    }
  });

  it.each([0, 1.5, -1])("cannot be number %d", (generation) => {
    const extend: NonNullable<Synthesis["extend"]> = (bus) =>
      bus.addConsumer("fraud", { generation });
    expect(() => synthesize({ extend })).toThrow(
      `generation of consumer fraud is ${generation}; allowed:`,
    );
  });
});

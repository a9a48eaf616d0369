import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { REGISTER } from "../../lib/consumer-register.ts";
import type { OrderEventBus } from "../../lib/order-event-bus.ts";
import { OrderEventBusStack } from "../../lib/order-event-bus-stack.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import { consumersOf, flatten, synthesize, variable } from "./synthesize.ts";

const entry = join(import.meta.dirname, "gift.ts");
const five = {
  inventory: "active",
  loyalty: "active",
  recommendation: "active",
  warehouse: "active",
  fraud: "active",
};

type Given = {
  readonly register?: unknown;
  readonly stage?: string;
  readonly extend?: (bus: OrderEventBus) => void;
};

const refusal = ({ register, stage = "prod", extend }: Given): string => {
  const context = { "aws:cdk:bundling-stacks": [], [REGISTER]: register };
  const stack = new OrderEventBusStack(new App({ context }), "Bus", {
    settings: stageSettings({ stage, alarmEmail: "none" }),
  });
  extend?.(stack.bus);
  try {
    Template.fromStack(stack);
  } catch (error) {
    return String(error);
  }
  return "not refused";
};

const gift = (generation = 1) => ({
  extend: (bus: OrderEventBus) => void bus.addConsumer("gift", { entry, generation }),
});

describe("a stage that keeps its data", () => {
  it("takes an app whose consumers are those of the register, the retired ones left out", () => {
    expect(refusal({ register: five })).toBe("not refused");
    expect(refusal({ register: { ...five, coupons: "retired" } })).toBe("not refused");
    expect(refusal({ register: { ...five, gift: "active" }, ...gift() })).toBe("not refused");
  });

  it("refuses to drop a consumer that nobody retired", () => {
    const told = refusal({ register: { ...five, coupons: "active" } });
    expect(told).toContain("consumer coupons is active in the register but not in the app");
    expect(told).toContain(`allowed: that the app adds it, or "coupons": "retired"`);
    expect(told).toContain("Put it back with `retired: true`, deploy, let its queue run empty");
  });

  it("refuses a consumer that the register does not know, as a renamed one is", () => {
    const told = refusal({ register: { ...five, present: "active" }, ...gift() });
    expect(told).toContain("consumer gift is not in the register");
    expect(told).toContain(`allowed: "gift": "active" in "${REGISTER}" of cdk.json`);
    expect(told).toContain("consumer present is active in the register but not in the app");
  });

  it("refuses a name that was retired, but takes its next generation", () => {
    const register = { ...five, gift: "retired" };
    const told = refusal({ register, ...gift() });
    expect(told).toContain("consumer gift is retired in the register but in the app");
    expect(told).toContain("give it its next generation");
    const next = { ...register, "gift-2": "active" };
    expect(refusal({ register: next, ...gift(2) })).toBe("not refused");
  });

  it.each([[undefined], [{}]])("refuses every consumer with %j for a register", (register) => {
    expect(refusal({ register })).toContain("consumer inventory is not in the register");
  });

  it.each([["inventory"], [["inventory"]], [{ inventory: true }]])(
    "refuses the register %j",
    (register) => {
      expect(refusal({ register })).toContain(
        `the context "${REGISTER}" is ${JSON.stringify(register)}; allowed: an object such as`,
      );
    },
  );
});

describe("dev", () => {
  it("needs no register, since its queues are deleted with it", () => {
    expect(refusal({ stage: "dev", register: undefined })).toBe("not refused");
  });
});

describe("a consumer that is being retired", () => {
  const template = synthesize({
    extend: (bus) => bus.addConsumer("gift", { entry, retired: true }),
  });

  it("hears of no further event and goes on applying what waits", () => {
    const found = consumersOf(template).find(
      ({ handler }) => variable(handler, "CONSUMER") === "gift",
    );
    expect(found?.mapping.body.Properties).toMatchObject({ Enabled: true });
    const subscribed = template
      .ofType("AWS::SNS::Subscription")
      .map(({ path }) => path)
      .filter((path) => path.includes("/gift/"));
    expect(subscribed).toEqual([]);
    expect(template.ofType("AWS::SNS::Subscription")).toHaveLength(5);
  });

  it("is no longer among those that must know every order", () => {
    const { Outputs } = template.json as { Outputs: { Consumers: { Value: unknown } } };
    const names = (JSON.parse(flatten(Outputs.Consumers.Value)) as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(Object.keys(five));
  });
});

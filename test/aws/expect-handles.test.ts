import { describe, expect, it } from "vitest";
import { expectHandles } from "../../lambdas/aws/expect-handles.ts";

const gift = { name: "gift", handles: ["order.paid", "order.shipped"] } as const;
const starting = (HANDLES?: string) => () =>
  expectHandles(gift, HANDLES === undefined ? {} : { HANDLES });

describe("a consumer function", () => {
  it.each([
    ["says the same", '["order.paid","order.shipped"]'],
    ["says it in another order", '["order.shipped","order.paid"]'],
    ["says nothing", undefined],
  ])("starts where its stack %s", (_, stated) => {
    expect(starting(stated)).not.toThrow();
  });

  it.each([
    '["order.paid"]',
    '["order.paid","order.paid"]',
    '["order.paid","order.cancelled"]',
    '["order.paid","order.shipped","order.cancelled"]',
    "no list",
  ])("refuses to start where it says %s, and tells what to set", (stated) => {
    expect(starting(stated)).toThrow(
      `consumer gift handles ["order.paid","order.shipped"] by its code, and ${stated} by its stack; ` +
        'allowed: the same. Set handles: ["order.paid","order.shipped"] in its ConsumerProps',
    );
  });
});

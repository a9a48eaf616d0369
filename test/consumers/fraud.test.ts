import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { type makeEvent, makeLines, shopWith } from "./make-event.ts";

const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

const created = (fields: Parameters<typeof makeEvent>[0] = {}) => ({
  type: "order.created" as const,
  ...fields,
});
const scoreOf = async (fields: Parameters<typeof makeEvent>[0]) => {
  const { take, row } = shopWith(fraud);
  await take("o1", created(fields));
  const { score, rules } = row()!.state as { score: number; rules: string[] };
  return [score, ...rules];
};

describe("the chain", () => {
  // By another tool: printf '\n1\norder.created' | sha256sum
  const FIRST = "90c108b9da48364cea9cc57460ad293a17cacc68808207f69321c08d5237c7b8";

  it("starts from the empty string", async () => {
    const { take, row } = shopWith(fraud);
    await take("o1", "order.created");
    expect(row()?.state?.chain).toBe(FIRST);
  });

  it("goes on over each event's sequence and type", async () => {
    const { take, row } = shopWith(fraud);
    await take("o1", "order.created", "order.paid", "order.shipped");
    const second = sha256(`${FIRST}\n2\norder.paid`);
    expect(row()?.state?.chain).toBe(sha256(`${second}\n3\norder.shipped`));
  });

  it("is the order's own", async () => {
    const { take, row } = shopWith(fraud);
    await take("o1", "order.created", "order.paid");
    await take("o2", "order.created");
    expect(row("o2")?.state?.chain).toBe(FIRST);
  });
});

describe("the score of a created order", () => {
  it("is nothing for a small basket", async () => {
    expect(await scoreOf({})).toEqual([0]);
  });

  it("counts a large amount, from 1,000.00 on", async () => {
    expect(await scoreOf({ totalCents: 99_999 })).toEqual([0]);
    expect(await scoreOf({ totalCents: 100_000 })).toEqual([40, "amount"]);
  });

  it("counts many pieces, from 20 over all lines on", async () => {
    expect(await scoreOf({ lines: makeLines(["tea", 10], ["pot", 9]) })).toEqual([0]);
    expect(await scoreOf({ lines: makeLines(["tea", 10], ["tea", 10]) })).toEqual([20, "quantity"]);
  });

  it("counts the sixth order of a customer's day, and goes on counting", async () => {
    const { take, items, row } = shopWith(fraud);
    for (let index = 1; index <= 7; index++) await take(`o${index}`, created());
    expect(row("o5")?.state).toMatchObject({ score: 0, rules: [] });
    expect(row("o6")?.state).toMatchObject({ score: 40, rules: ["velocity"] });
    expect(row("o7")?.state).toMatchObject({ rules: ["velocity"] });
    expect(items("velocity")).toEqual({ "ann|2026-01-01": { orders: 7 } });
  });

  it("counts orders by customer and by day", async () => {
    const { take, items } = shopWith(fraud);
    await take("o1", created());
    await take("o2", created({ customerId: "bob" }));
    await take("o3", created({ time: "2026-01-02T00:00:00.000Z" }));
    expect(items("velocity")).toEqual({
      "ann|2026-01-01": { orders: 1 },
      "bob|2026-01-01": { orders: 1 },
      "ann|2026-01-02": { orders: 1 },
    });
  });

  it("adds up the rules that fired, and stays while the chain goes on", async () => {
    const { take, row } = shopWith(fraud);
    for (let index = 1; index <= 5; index++) await take(`o${index}`, created());
    await take("o6", created({ totalCents: 500_000, lines: makeLines(["tea", 30]) }), "order.paid");
    expect(row("o6")?.state).toMatchObject({
      score: 100,
      rules: ["amount", "quantity", "velocity"],
    });
  });
});

import { describe, expect, it } from "vitest";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { shopWith } from "./make-event.ts";

const paid = (totalCents: number, customerId = "ann") => ({
  type: "order.paid" as const,
  totalCents,
  customerId,
});
const cancelled = (customerId = "ann") => ({ type: "order.cancelled" as const, customerId });

describe("points", () => {
  it("are one for each whole unit of currency, when the order is paid", async () => {
    const { take, items } = shopWith(loyalty);
    await take("o1", "order.created");
    expect(items("points")).toEqual({});
    await take("o1", paid(1_999));
    expect(items("points")).toEqual({ ann: { points: 19 } });
  });

  it("of one customer's orders are added up", async () => {
    const { take, items } = shopWith(loyalty);
    await take("o1", "order.created", paid(500));
    await take("o2", "order.created", paid(700));
    await take("o3", "order.created", paid(100, "bob"));
    expect(items("points")).toEqual({ ann: { points: 12 }, bob: { points: 1 } });
  });

  it("are taken back by a cancel afterwards, and the order's alone", async () => {
    const { take, items, row } = shopWith(loyalty);
    await take("o1", "order.created", paid(500));
    await take("o2", "order.created", paid(700), cancelled());
    expect(items("points")).toEqual({ ann: { points: 5 } });
    expect(row("o2")?.state).toEqual({ points: 0 });
  });

  it("are not touched by the cancel of an unpaid order, nor by a second cancel", async () => {
    const { take, items } = shopWith(loyalty);
    await take("o1", "order.created", cancelled());
    expect(items("points")).toEqual({});
    await take("o2", "order.created", paid(500), cancelled(), cancelled());
    expect(items("points")).toEqual({ ann: { points: 0 } });
  });

  it("are none for less than one unit", async () => {
    const { take, items } = shopWith(loyalty);
    await take("o1", "order.created", paid(99), cancelled());
    expect(items("points")).toEqual({ ann: { points: 0 } });
  });
});

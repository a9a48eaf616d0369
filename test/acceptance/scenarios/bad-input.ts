import assert from "node:assert/strict";
import { makeOrder } from "../orders.ts";
import { expectExact, play } from "../play.ts";
import { PASSED, type Scenario } from "../scenario.ts";
import { askPatiently, expectStatus, type Request, showOrder } from "../shop.ts";

const LINE = { sku: "sku", quantity: 1, unitPriceCents: 500 };

type Bad = { readonly what: string; readonly status: number } & Request;

const badOrders = (orderId: string): readonly Bad[] => {
  const order = { orderId, customerId: "somebody", currency: "EUR", lines: [LINE] };
  const place = (what: string, body: unknown, status = 400): Bad => ({
    ...{ what, status, path: "/orders", body },
  });
  const lines = (...each: readonly object[]) => ({ ...order, lines: each });
  return [
    place("half a JSON", '{"customerId": "somebody", "lines": ['),
    place("a list", []),
    place("no customer", { ...order, customerId: undefined }),
    place("no lines", lines()),
    place("a negative quantity", lines({ ...LINE, quantity: -1 })),
    place("a quantity beyond all bounds", lines({ ...LINE, quantity: 1e300 })),
    place("half a piece", lines({ ...LINE, quantity: 0.5 })),
    place("a SKU that would be a prototype", lines({ ...LINE, sku: "__proto__" })),
    place("an unknown field", { ...order, discount: 100 }),
    place("a hundred lines", lines(...Array.from({ length: 100 }, () => LINE))),
    place("200,000 bytes of a name", { ...order, customerId: "x".repeat(200_000) }, 413),
    {
      ...place("a form", "customerId=somebody", 415),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    },
    { what: "a step of no order", path: `/orders/${orderId}/pay`, status: 404 },
    { what: "a look at no order", path: `/orders/${orderId}`, method: "GET", status: 404 },
    { what: "an order id that can be none", path: "/orders/a%20b/pay", status: 400 },
  ];
};

export const badInput: Scenario = {
  name: "bad-input",
  title: "bad input is refused with a problem+json that says why, and has no effect",
  run: async (world) => {
    const good = makeOrder(world, "beside-bad-input", { steps: ["pay"] });
    await play(world, good.lines);
    const never = world.name("never");
    const bad: readonly Bad[] = [
      ...badOrders(never),
      { what: "a step too early", path: `/orders/${good.orderId}/deliver`, status: 409 },
      {
        what: "a step with data",
        path: `/orders/${good.orderId}/ship`,
        body: { by: "x" },
        status: 400,
      },
      { what: "a step that is none", path: `/orders/${good.orderId}/return`, status: 404 },
      {
        what: "a taken id",
        path: "/orders",
        body: { ...good.placed, at: undefined, action: undefined },
        status: 409,
      },
    ];
    for (const { what, status, ...request } of bad) {
      const answer = expectStatus(await askPatiently(world, request), status, what);
      assert.equal(answer.headers["content-type"], "application/problem+json", what);
      const { type, title, detail } = JSON.parse(answer.body);
      for (const text of [type, title, detail]) assert.match(String(text), /./, what);
    }
    assert.equal((await showOrder(world, good.orderId)).version, 2, "a refused step took effect");
    const gone = await askPatiently(world, { method: "GET", path: `/orders/${never}` });
    expectStatus(gone, 404, "an order that was refused");
    await expectExact(world, good.lines);
    return { ...PASSED, detail: `${bad.length} bad requests` };
  },
};

import assert from "node:assert/strict";
import { stockUp } from "../consumers.ts";
import { makeOrder, stepLine } from "../orders.ts";
import { expectExact } from "../play.ts";
import { PASSED, type Scenario } from "../scenario.ts";
import { askPatiently, expectStatus, showOrder } from "../shop.ts";

export const idempotency: Scenario = {
  name: "idempotency",
  title: "a request repeated with its Idempotency-Key takes effect once; another body gets 422",
  run: async (world) => {
    const { orderId, placed } = makeOrder(world, "repeated");
    const { customerId, currency, lines } = placed;
    await stockUp(
      world,
      lines.map(({ sku }) => sku),
    );
    const keyed = (what: string) => ({ headers: { "idempotency-key": world.name(what) } });
    const place = (body: object) =>
      askPatiently(world, { path: "/orders", body, ...keyed("place") });
    const order = { orderId, customerId, currency, lines };
    const answers = await Promise.all([1, 2, 3, 4].map(() => place(order)));
    const first = expectStatus(answers[0] ?? (await place(order)), 201, "a new order").body;
    for (const { status, body } of answers)
      assert.deepEqual({ status, body }, { status: 201, body: first });
    expectStatus(await place({ ...order, currency: "USD" }), 422, "its key with another body");

    const pay = () => askPatiently(world, { path: `/orders/${orderId}/pay`, ...keyed("pay") });
    const payments = await Promise.all([1, 2, 3].map(pay));
    for (const payment of payments) expectStatus(payment, 200, "a repeated payment");
    const { version } = await showOrder(world, orderId);
    assert.equal(version, 2, `seven requests for two steps became ${version} events`);
    await expectExact(world, [placed, stepLine(orderId, "pay")]);
    return PASSED;
  },
};

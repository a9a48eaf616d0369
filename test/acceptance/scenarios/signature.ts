import assert from "node:assert/strict";
import type { Send } from "../../../cli/api-call.ts";
import { makeOrder } from "../orders.ts";
import { PASSED, type Scenario } from "../scenario.ts";
import { ask, askPatiently, expectStatus } from "../shop.ts";
import type { World } from "../world.ts";

const FORBIDDEN = 403;

type Stranger = {
  readonly name: string;
  readonly who: string;
  readonly door: (world: World) => Send;
};

const refused = ({ name, who, door }: Stranger): Scenario => ({
  name,
  title: `an API call ${who} is refused with 403, and has no effect`,
  run: async (world) => {
    const send = door(world);
    const { orderId, placed } = makeOrder(world, name);
    const look = { method: "GET", path: `/orders/${orderId}` } as const;
    const { status } = await ask(send, look);
    if (status !== FORBIDDEN) {
      assert.notEqual(world.where, "AWS", `the API answers ${status}; set its URL to AWS_IAM`);
      const reason = `not enforced here (${status}): computed from the policies by test/security`;
      return { kind: "not here", reason };
    }
    const { customerId, currency, lines } = placed;
    const body = { orderId, customerId, currency, lines };
    expectStatus(await ask(send, { path: "/orders", body }), FORBIDDEN, `an order ${who}`);
    expectStatus(await askPatiently(world, look), 404, "the order that was refused");
    return PASSED;
  },
});

export const unsigned = refused({
  name: "unsigned",
  who: "without a signature",
  door: ({ sendUnsigned }) => sendUnsigned,
});

export const forged = refused({
  name: "forged",
  who: "signed by somebody unknown",
  door: ({ sendForged }) => sendForged,
});

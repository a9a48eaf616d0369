import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { dropRow, sendToQueue, takeDeadLetters, waitUntilDead } from "../dead-letters.ts";
import { makeOrder } from "../orders.ts";
import { expectExact, play } from "../play.ts";
import type { Row } from "../read-items.ts";
import { PASSED, type Scenario } from "../scenario.ts";

/** Sound, but for its type. */
const invalidBody = (orderId: string): string =>
  JSON.stringify({
    ...{ specversion: "1.0", id: randomUUID(), source: "urn:by-hand", subject: orderId },
    ...{ type: "order.exploded", time: new Date().toISOString(), history: "order.exploded" },
    ...{ sequence: "1", sequencetype: "Integer", schemaversion: "1.0" },
    ...{ datacontenttype: "application/json", data: {} },
  });

const expectReason = ({ life }: Row, cause: string, message: RegExp): void => {
  assert.equal(life.dead.cause, cause);
  assert.match(life.error.message, message);
};

export const poison: Scenario = {
  name: "poison",
  title: "what cannot be read is dead-lettered with its reason, while other orders go on",
  run: async (world) => {
    const group = world.name("unreadable");
    const body = `<order name="${group}">no JSON</order>`;
    const unreadable = `#message/${await sendToQueue(world, "fraud", { group, body })}`;
    const invalid = world.name("invalid");
    await sendToQueue(world, "warehouse", { group: invalid, body: invalidBody(invalid) });
    expectReason(await waitUntilDead(world, "fraud", unreadable), "unreadable", /no JSON/);
    expectReason(await waitUntilDead(world, "warehouse", invalid), "invalid", /^type: expected/);

    // Both are still on their way out of their queues.
    const { lines } = makeOrder(world, "beside-poison", { steps: ["pay", "ship", "deliver"] });
    await play(world, lines);
    await expectExact(world, lines);

    const letters = [
      ...(await takeDeadLetters(world, "fraud", { group, count: 1 })),
      ...(await takeDeadLetters(world, "warehouse", { group: invalid, count: 1 })),
    ];
    assert.equal(letters[0], body, "the dead letter is not what was sent");
    await dropRow(world, "fraud", unreadable);
    await dropRow(world, "warehouse", invalid);
    return PASSED;
  },
};

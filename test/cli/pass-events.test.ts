/** What lets a consumer handle a type of event from now on, and leave out what it has passed over. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { type PassChoice, passEvents, planPass } from "../../cli/pass-events.ts";
import type { ConsumerOutput } from "../../cli/stage-outputs.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { readRow } from "../end-to-end/read-rows.ts";
import { appliedRow, CONSUMERS, deadRow, makeStage } from "./make-stage.ts";

const [first] = CONSUMERS;
if (first === undefined) throw new Error("no consumer");
const before: ConsumerOutput = { ...first, handles: ["order.created", "order.shipped"] };
/** The same once it is deployed with payments. */
const after: ConsumerOutput = {
  ...first,
  handles: ["order.created", "order.paid", "order.shipped"],
};
const past: PassChoice = { past: ["order.paid"] };

describe.skipIf(!hasDynoxide)("passing events over", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client, [after]);
    await world.put("orders", makeOrder([], "created"));
    await world.put("orders", makeOrder(["pay"], "paid"));
    await world.put("orders", makeOrder(["pay", "ship"], "shipping"));
    await world.put("orders", makeOrder(["pay", "ship", "deliver"], "over"));
    for (const id of ["created", "paid", "shipping"]) await put(appliedRow(id, 1));
    await put(appliedRow("over", 3));
  });
  afterEach(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  const put = (row: LedgerRow) => world.putRow(first.name, row);
  const plan = (consumer = before, choice = past) => planPass(world.stage, consumer, choice);
  const row = (orderId: string) => readRow(world.stage, first.name, orderId);
  const orderIds = (some: readonly { readonly orderId: string }[]) =>
    some.map(({ orderId }) => orderId).toSorted();

  it("moves what has such an event ahead of it to before the next one that it would apply", async () => {
    const planned = await plan();
    expect(planned.orders.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))).toEqual([
      { orderId: "paid", seq: 1, to: 2, rev: 1 },
      { orderId: "shipping", seq: 1, to: 2, rev: 1 },
    ]);
    expect(await passEvents(world.stage, planned)).toEqual({ moved: 2, changed: [] });
    expect(await row("shipping")).toMatchObject({ orderId: "shipping", seq: 2, rev: 2 });
    expect(await row("over")).toMatchObject(appliedRow("over", 3));
    expect((await plan()).orders).toEqual([]);
  });

  it("is the same before the deploy and after it, and then nothing is missed", async () => {
    expect(await plan(after)).toEqual(await plan(before));
    const lacking = (await auditOrders(world.stage)).consumers[0];
    expect(lacking?.behindOrders.toSorted()).toEqual(["paid", "shipping"]);
    await passEvents(world.stage, await plan(after));
    const left = (await auditOrders(world.stage)).consumers[0];
    expect(left?.behindOrders).toEqual(["shipping"]);
  });

  it("writes a row where the consumer has none, since it has handled nothing of the order", async () => {
    await world.put("orders", makeOrder(["pay"], "new"));
    const shipping = { ...before, handles: ["order.shipped"] };
    const planned = await plan(shipping, { past: ["order.created", "order.paid"] });
    expect(planned.orders).toContainEqual({ orderId: "new", seq: 0, to: 2, rev: 0 });
    await passEvents(world.stage, planned);
    expect(await row("new")).toMatchObject({ seq: 2, rev: 1 });
  });

  it("leaves out what is taken from a time on: its consumer is to apply it", async () => {
    const [, { time } = { time: "" }] = makeOrder(["pay"], "paid").events;
    const untilMs = Date.parse(time);
    expect((await plan(after, { ...past, untilMs })).orders).toEqual([]);
    const later = await plan(after, { ...past, untilMs: untilMs + 1 });
    expect(orderIds(later.orders)).toEqual(["paid", "shipping"]);
  });

  it("leaves an event that was tried to who redrives or discards it, and keeps a later one's life", async () => {
    await put(deadRow("paid", 1));
    const { life } = deadRow("shipping", 2);
    await put({ ...appliedRow("shipping", 1), ...(life && { life }) });
    const planned = await plan(after);
    expect([orderIds(planned.orders), planned.tried]).toEqual([["shipping"], ["paid"]]);
    await passEvents(world.stage, planned);
    expect(await row("shipping")).toMatchObject({ seq: 2, life: { seq: 3 } });
  });

  it("leaves a row alone that has changed since it was planned", async () => {
    const planned = await plan();
    await put({ ...appliedRow("paid", 1), rev: 2 });
    expect(await passEvents(world.stage, planned)).toEqual({ moved: 1, changed: ["paid"] });
    expect(await row("paid")).toMatchObject({ seq: 1, rev: 2 });
  });
});

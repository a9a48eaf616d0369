import { describe, expect, it } from "vitest";
import { itemToRow, rowToItem } from "../../lambdas/aws/ledger-item.ts";
import { discardEvent } from "../../lambdas/core/discard-event.ts";
import { SCHEMA_VERSION } from "../../lambdas/core/order-event.ts";
import { makeWorld, putRow } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";
import { FIVE, workOf } from "./five-consumers.ts";
import { FORMATS, readEffects, readEvents, readRows, versionsOf } from "./fixtures.ts";

const events = readEvents(SCHEMA_VERSION);
const effects = readEffects(SCHEMA_VERSION);

const CHANGED = `Today's code writes other rows than the newest fixtures tell. If that is meant, raise FORMATS.rows in
test/upgrade/fixtures.ts and run \`npm run fixtures\`: the old rows stay beside the new ones, and are read for ever.`;

describe.each([...FIVE])("rows of %s", (name, consumer) => {
  it("are written as the newest fixtures tell", async () => {
    const work = workOf(consumer);
    const written: Record<string, unknown> = {};
    for (const event of events) {
      await work.apply(event);
      const row = work.row(event.orderId);
      if (row !== undefined) written[`${event.orderId}-${event.sequence}`] = rowToItem(row, name);
    }
    expect(written, CHANGED).toEqual(readRows(FORMATS.rows, name));
  });

  it.each(versionsOf("rows"))("of format %s are taken over at any event", async (format) => {
    const rows = readRows(format, name);
    for (const taken of events.keys()) {
      const work = workOf(consumer);
      for (const [index, event] of events.entries()) {
        await work.apply(event);
        const row = rows[`${event.orderId}-${event.sequence}`];
        if (index <= taken && row !== undefined) work.putRow(itemToRow(row));
      }
      expect(work.effects(), `after ${taken + 1} events`).toEqual(effects[name]);
    }
  });
});

describe.each(versionsOf("rows"))("a row of format %s of an order that fails", (format) => {
  const row = (name: string) => itemToRow(readRows(format, "rows-with-lives")[name]!);
  const meet = async (name: string, messageId: string, sequence = 2) => {
    const world = makeWorld();
    putRow(world, row(name));
    const sentAtMs = (row("dead").life?.sentAtMs ?? 0) + (messageId === "redriven" ? 1_000 : 0);
    const shape = { orderId: "delivered", messageId, sequence, receiveCount: 2, sentAtMs };
    const { results } = await world.deliver(makeMessage(shape));
    return { outcome: results[0]?.outcome, row: world.row("delivered") };
  };

  it.each(["started", "failed", "expiring"])("lets the event be tried again: %s", async (name) => {
    const { outcome, row: after } = await meet(name, "delivered-message-2");
    expect(outcome).toMatchObject({ kind: "applied" });
    expect(after).toMatchObject({ seq: 2 });
    expect(after?.expiresAt).toBe(row(name).expiresAt);
  });

  it("does not run again what was decided dead, until it is redriven", async () => {
    const { outcome } = await meet("dead", "delivered-message-2");
    expect(outcome).toEqual({ kind: "dead", cause: "attempts exhausted", decided: "before" });
    const redriven = await meet("dead", "redriven");
    expect(redriven.outcome).toMatchObject({ kind: "applied" });
  });

  it("lets what is dead be discarded, and keeps what was", async () => {
    const dead = row("dead");
    const audit = { who: "ann", why: "twice", atMs: 1 };
    const seen = { seq: 2, life: dead.life };
    expect(discardEvent(dead, seen, audit)?.discarded).toMatchObject([{ seq: 2, who: "ann" }]);
    const next = await meet("discarded", "delivered-message-3", 3);
    expect(next.outcome).toMatchObject({ kind: "applied" });
    expect(next.row?.discarded).toEqual(row("discarded").discarded);
  });
});

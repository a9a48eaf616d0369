/** Bodies that are no event for this consumer: each is judged, none stops another order. */
import { describe, expect, it } from "vitest";
import { kinds, MINUTE_MS, makeWorld, outcomes, usualRules } from "./make-context.ts";
import { makeEnvelope, makeMessage } from "./make-message.ts";

const withFields = (fields: Record<string, unknown>, receiveCount = 1) =>
  makeMessage({ body: JSON.stringify({ ...makeEnvelope(), ...fields }), receiveCount });

describe("an unreadable body", () => {
  it("is decided dead at once, its decision kept under its message id with a token", async () => {
    const world = makeWorld();
    const report = await world.deliver(makeMessage({ messageId: "m1", body: "no JSON" }));
    expect(outcomes(report)).toEqual({
      m1: { kind: "dead", cause: "unreadable", decided: "now" },
    });
    expect(world.row("#message/m1")?.life).toMatchObject({
      messageId: "m1",
      attempts: 1,
      error: { name: "UnreadableBody", message: "the body is no JSON" },
      dead: { cause: "unreadable" },
    });
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 4 });
  });

  it("has a row that expires, since no order outlives it", async () => {
    const world = makeWorld();
    await world.deliver(makeMessage({ messageId: "m1", body: "no JSON" }));
    const inDays = (world.row("#message/m1")!.expiresAt! - world.clock.nowMs / 1_000) / 86_400;
    expect(Math.round(inDays)).toBe(60);
  });

  it("has a row that expires also while nothing is decided", async () => {
    const world = makeWorld({ rules: { budget: { ...usualRules.budget, capacity: 1 } } });
    await world.deliver(makeMessage({ messageId: "m1", body: "no JSON" }));
    await world.deliver(makeMessage({ messageId: "m2", body: "no JSON" }));
    expect(world.row("#message/m2")?.life?.dead).toBeUndefined();
    expect(world.row("#message/m2")?.expiresAt).toBeGreaterThan(world.clock.nowMs / 1_000);
  });

  it("bounces afterwards, and holds back nobody else", async () => {
    const world = makeWorld();
    await world.deliver(makeMessage({ messageId: "m1", body: "no JSON" }));
    const report = await world.deliver(
      makeMessage({ messageId: "m1", body: "no JSON", receiveCount: 2 }),
      makeMessage(),
    );
    expect(kinds(report)).toEqual({ m1: "dead", "o1-message-1": "applied" });
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 4 });
  });
});

describe("an invalid event", () => {
  it("is decided dead at once on its order's row, and its followers wait", async () => {
    const world = makeWorld();
    const report = await world.deliver(
      withFields({ data: { customerId: "ann" } }),
      makeMessage({ sequence: 2 }),
    );
    expect(kinds(report)).toEqual({ "o1-message-1": "dead", "o1-message-2": "parked" });
    expect(world.row()?.life).toMatchObject({
      eventType: "order.created",
      error: { name: "InvalidEvent" },
      dead: { cause: "invalid" },
    });
  });

  it("of a type that nobody knows is decided dead at once", async () => {
    const world = makeWorld();
    await world.deliver(withFields({ type: "order.teleported" }));
    expect(world.row()?.life).toMatchObject({
      eventType: "order.teleported",
      dead: { cause: "invalid" },
    });
  });
});

describe("a newer schema version", () => {
  it("with another minor goes on, and fields it does not know are left alone", async () => {
    const world = makeWorld();
    const report = await world.deliver(withFields({ schemaversion: "1.7", gift: true }));
    expect(kinds(report)).toEqual({ "o1-message-1": "applied" });
  });

  it("with another major is tried again, since a deploy may be on its way", async () => {
    const world = makeWorld();
    const report = await world.deliver(withFields({ schemaversion: "2.0" }));
    expect(kinds(report)).toEqual({ "o1-message-1": "retried" });
    expect(world.row()?.life).toMatchObject({ attempts: 1, error: { name: "NewerSchemaVersion" } });
    expect(world.handled).toEqual([]);
  });

  it("with a type that only it knows is tried again too", async () => {
    const world = makeWorld();
    const report = await world.deliver(
      withFields({ schemaversion: "1.1", type: "order.returned" }),
    );
    expect(kinds(report)).toEqual({ "o1-message-1": "retried" });
  });

  it("that nobody deploys for is dead when its attempts end", async () => {
    const world = makeWorld();
    for (let receiveCount = 1; receiveCount <= 8; receiveCount++) {
      await world.deliver(withFields({ schemaversion: "2.0" }, receiveCount));
      world.clock.nowMs += 2 * MINUTE_MS;
    }
    expect(world.row()?.life).toMatchObject({ attempts: 8, dead: { cause: "attempts exhausted" } });
  });
});

describe("T18 an event older than retainDays", () => {
  it("is never applied, since an absent row proves nothing: it is dead with that cause", async () => {
    const world = makeWorld({ rules: { retainDays: 30 } });
    world.clock.nowMs += 31 * 86_400_000;
    const report = await world.deliver(makeMessage());
    expect(outcomes(report)).toEqual({
      "o1-message-1": { kind: "dead", cause: "too old", decided: "now" },
    });
    expect(world.effects()).toEqual({});
  });

  it("is a duplicate all the same where the row is still there", async () => {
    const world = makeWorld({ rules: { retainDays: 30 } });
    await world.deliver(makeMessage());
    world.clock.nowMs += 31 * 86_400_000;
    expect((await world.deliver(makeMessage({ messageId: "again" }))).failedIds).toEqual([]);
  });

  it("is applied where orders are kept for ever", async () => {
    const world = makeWorld();
    world.clock.nowMs += 1_000 * 86_400_000;
    expect((await world.deliver(makeMessage())).failedIds).toEqual([]);
  });
});

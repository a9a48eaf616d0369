import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { byOrder, giveBack, type Result } from "../../lambdas/core/give-back.ts";
import type { Outcome } from "../../lambdas/core/outcome.ts";
import { makeWorld } from "./make-context.ts";
import { type MessageShape, makeMessage, SENT_AT_MS } from "./make-message.ts";

const APPLIED: Outcome = { kind: "applied", latencyMs: 1 };
const PARKED: Outcome = { kind: "parked", reason: "out of sequence" };
const RETRIED: Outcome = {
  kind: "retried",
  error: { name: "Error", message: "" },
  withoutToken: false,
  failingMs: 0,
};
const DEAD: Outcome = { kind: "dead", cause: "invalid", decided: "before" };
const SOON: Outcome = { kind: "postponed", until: "soon", reason: "" };

const result = (outcome: Outcome, shape: MessageShape): Result => ({
  arrival: readArrival(makeMessage(shape)),
  outcome,
});

const toldOf = async (...results: Result[]) => {
  const world = makeWorld();
  await giveBack(world.context, results);
  return world.hidden;
};

describe("giving back", () => {
  it("tells the queue nothing when everything is done", async () => {
    const hide = async () => {
      throw new Error("there is nothing to hide");
    };
    const { context } = makeWorld({ context: { queue: { hide, remove: async () => {} } } });
    const done = [result(APPLIED, {}), result({ kind: "duplicate" }, { sequence: 2 })];
    await expect(giveBack(context, done)).resolves.toBeUndefined();
  });

  it("hides the first that is not done for its outcome's delay, its followers not at all", async () => {
    const told = await toldOf(
      result(APPLIED, { sequence: 1 }),
      result(RETRIED, { sequence: 2, receiveCount: 5 }),
      result(PARKED, { sequence: 3 }),
    );
    expect(told).toEqual([[["o1-message-3", 0]], [["o1-message-2", 12]]]);
  });

  it("finds the first by sequence, however the results lie", async () => {
    const told = await toldOf(
      result(PARKED, { sequence: 3 }),
      result(PARKED, { sequence: 2 }),
      result(DEAD, { sequence: 1 }),
    );
    expect(told).toEqual([
      [
        ["o1-message-3", 0],
        ["o1-message-2", 0],
      ],
      [["o1-message-1", 1]],
    ]);
  });

  it("hides a parked or dead first for the bounce, and one without time not at all", async () => {
    const told = await toldOf(
      result(PARKED, { orderId: "o1", sequence: 4 }),
      result(DEAD, { orderId: "o2" }),
      result(SOON, { orderId: "o3" }),
    );
    expect(told).toEqual([
      [
        ["o1-message-4", 1],
        ["o2-message-1", 1],
        ["o3-message-1", 0],
      ],
    ]);
  });
});

describe("by order", () => {
  const ids = (...shapes: MessageShape[]) =>
    byOrder(
      shapes.map((shape) => readArrival(makeMessage(shape))),
      (arrival) => arrival,
    ).map(([orderId, order]) => [orderId, order.map(({ message }) => message.messageId)]);

  it("each order's arrivals come by sequence", () => {
    expect(
      ids({ sequence: 2 }, { orderId: "o2", sequence: 2 }, { sequence: 1 }, { orderId: "o2" }),
    ).toEqual([
      ["o1", ["o1-message-1", "o1-message-2"]],
      ["o2", ["o2-message-1", "o2-message-2"]],
    ]);
  });

  it("of two copies the later sent comes first, in one millisecond the greater message id", () => {
    expect(
      ids(
        { messageId: "old" },
        { messageId: "new", sentAtMs: SENT_AT_MS + 1 },
        { messageId: "other" },
      ),
    ).toEqual([["o1", ["new", "other", "old"]]]);
  });
});

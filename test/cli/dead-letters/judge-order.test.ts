import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWaiting } from "../../../cli/dead-letters/describe-waiting.ts";
import { judgeOrder, type OrderEvidence } from "../../../cli/dead-letters/judge-order.ts";
import type { Life } from "../../../lambdas/core/ledger-row.ts";
import { EVENT_TYPES } from "../../../lambdas/core/order-event.ts";

const life = (seq: number, over: Partial<Life> = {}): Life => ({
  ...{ seq, messageId: "m", sentAtMs: 5, attempts: 3, open: false, eventType: "order.paid" },
  error: { name: "Refused", message: "no", stack: "at …" },
  ...over,
});
const dead = (seq: number): Life => life(seq, { dead: { atMs: 7, cause: "not retryable" } });
const peeked = (sequence: number) => ({
  ...{ sequence, messageId: "m", sentAtMs: 9, eventType: "order.shipped" },
});
const TYPES = ["order.created", "order.paid", "order.shipped", "order.delivered"];
const due = EVENT_TYPES;
const evidence = (over: Partial<OrderEvidence>): OrderEvidence => ({
  ...{ orderId: "a", row: { seq: 1 }, types: TYPES, due, peeked: undefined, ...over },
});

describe("a dead order", () => {
  it("is told by its decision, with its followers counted by the order's version", () => {
    const order = judgeOrder(evidence({ row: { seq: 1, life: dead(2) }, peeked: peeked(2) }));
    expect(order).toEqual({
      ...{ orderId: "a", fromSequence: 2, toSequence: 4, letters: 3, seen: true },
      head: {
        ...{ sequence: 2, eventType: "order.paid", cause: "not retryable", attempts: 3 },
        messageId: "m",
        ...{ error: { name: "Refused", message: "no" }, sinceMs: 7 },
      },
    });
  });

  it("may be decided before its letter is in the queue", () => {
    const order = judgeOrder(evidence({ row: { seq: 1, life: dead(2) } }));
    expect(order).toMatchObject({ letters: 3, seen: false, head: { cause: "not retryable" } });
  });

  it("that SQS moved without a decision has its receives exhausted, and its last error", () => {
    const order = judgeOrder(evidence({ row: { seq: 1, life: life(2) }, peeked: peeked(2) }));
    expect(order).toMatchObject({
      ...{ letters: 3, head: { cause: "receives exhausted", attempts: 3, sinceMs: 9 } },
    });
    const unknown = judgeOrder(evidence({ peeked: peeked(2) }));
    expect(unknown?.head).toEqual({
      ...{ sequence: 2, eventType: "order.shipped", cause: "receives exhausted" },
      messageId: "m",
      ...{ attempts: 0, sinceMs: 9 },
    });
  });

  it("that is past its letter has a copy, and what is not applied behind it", () => {
    const row = { seq: 2, life: dead(2) };
    expect(judgeOrder(evidence({ row, peeked: peeked(1) }))).toMatchObject({
      ...{ fromSequence: 3, letters: 3, head: { sequence: 1, cause: "already applied" } },
    });
    expect(judgeOrder(evidence({ row: { seq: 4 }, peeked: peeked(4) }))).toMatchObject({
      ...{ letters: 1, head: { sequence: 4, cause: "already applied", attempts: 0 } },
    });
  });

  it("whose letter lies ahead of the due event lacks a predecessor", () => {
    expect(judgeOrder(evidence({ peeked: peeked(3) }))).toMatchObject({
      ...{ fromSequence: 2, toSequence: 4, letters: 2 },
      head: { sequence: 3, cause: "predecessor missing" },
    });
  });

  it("is one letter where no store knows it, as an unreadable message", () => {
    const row = { seq: 0, life: dead(1) };
    const orderId = "#message/m";
    expect(judgeOrder({ orderId, row, types: undefined, due, peeked: peeked(1) })).toMatchObject({
      fromSequence: 1,
      toSequence: 1,
      letters: 1,
    });
  });

  it("that is an unreadable message is dead for as long as it is in the queue", () => {
    const row = { seq: 0, life: dead(1) };
    const unreadable = evidence({ orderId: "#message/m", row, types: undefined });
    expect(judgeOrder(unreadable)).toBeUndefined();
    expect(judgeOrder({ ...unreadable, peeked: peeked(1) })).toBeDefined();
  });

  it("is none when nothing of it is dead (any more)", () => {
    expect(judgeOrder(evidence({}))).toBeUndefined();
    expect(judgeOrder(evidence({ row: { seq: 2, life: dead(2) } }))).toBeUndefined();
    expect(judgeOrder(evidence({ row: { seq: 1, life: life(2) } }))).toBeUndefined();
  });

  describe("at a consumer that does not handle every type", () => {
    const due = ["order.created", "order.shipped"] as const;
    const judged = (seq: number, over: Partial<OrderEvidence> = {}) =>
      judgeOrder(evidence({ row: { seq }, due, ...over }));

    it("has its next due event at its head, and counts no letter of what is not due", () => {
      const row = { seq: 1, life: dead(3) };
      expect(judged(1, { row, peeked: peeked(3) })).toMatchObject({
        ...{ fromSequence: 3, toSequence: 4, skips: [4], letters: 1 },
        head: { sequence: 3, cause: "not retryable" },
      });
    });

    it("has also what is not due among its letters where the consumer never ran", () => {
      const all = { letters: 4, skips: [2, 4], head: { sequence: 1, attempts: 0 } };
      expect(judged(0, { peeked: peeked(1) })).toMatchObject({ ...all, untried: true });
      const tried = judged(0, { row: { seq: 0, life: life(1) }, peeked: peeked(1) });
      expect(tried).toMatchObject({ letters: 2, head: { sequence: 1, attempts: 3 } });
      expect(tried).not.toHaveProperty("untried");
      // What is not due before it is gone: it was acknowledged.
      const followed = judged(1, { peeked: peeked(3) });
      expect(followed).toMatchObject({ letters: 1, head: { sequence: 3, attempts: 0 } });
      expect(followed).not.toHaveProperty("untried");
    });

    it("is none when only what is not due is left of it", () => {
      expect(judged(3)).toBeUndefined();
      expect(judged(1, { row: { seq: 1, life: dead(2) } })).toBeUndefined();
    });

    it("has a letter without an effect where an event that is not due lies there", () => {
      const applied = { letters: 1, head: { cause: "already applied", sequence: 4 } };
      expect(judged(3, { peeked: peeked(4) })).toMatchObject(applied);
      expect(judged(1, { peeked: peeked(2) })).toMatchObject({
        ...{ fromSequence: 3, letters: 2, head: { cause: "already applied", sequence: 2 } },
      });
    });

    it("is told what it may wait for, and the two ways out", () => {
      const order = judged(1, { due: EVENT_TYPES, peeked: peeked(3) });
      expect(order && describeWaiting("loyalty@2", order)).toMatch(
        /^event 3 of a waits for event 2, .*bus replay --order a --to-consumer loyalty, .*bus seed-watermarks loyalty --past/,
      );
    });

    it("lacks a predecessor where that has been due only since it was passed over", () => {
      const row = { seq: 1, life: dead(3) };
      expect(judged(1, { row, due: EVENT_TYPES, peeked: peeked(3) })).toMatchObject({
        ...{ fromSequence: 2, head: { sequence: 3, cause: "predecessor missing" } },
      });
    });
  });

  it("has at least one letter, and none past its last event, whatever is found", () => {
    const place = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(
        fc.record({
          seq: fc.integer({ min: 0, max: 6 }),
          version: fc.option(place, { nil: undefined }),
          at: fc.option(place, { nil: undefined }),
          decided: fc.boolean(),
        }),
        ({ seq, version, at, decided }) => {
          const row = { seq, ...(decided ? { life: dead(seq + 1) } : {}) };
          const types = version === undefined ? version : Array<string>(version).fill("order.paid");
          const order = judgeOrder({
            ...{ orderId: "a", row, types, due, peeked: at === undefined ? at : peeked(at) },
          });
          expect(order !== undefined).toBe(decided || at !== undefined);
          if (order === undefined) return;
          const { head, letters, fromSequence, toSequence, seen } = order;
          expect(seen).toBe(at !== undefined);
          expect(fromSequence).toBe(seq + 1);
          expect(letters).toBeGreaterThan(0);
          expect(head.sequence).toBeLessThanOrEqual(toSequence);
          // Only a copy of what is applied can be more than the order's own rest.
          const rest = Math.max(0, toSequence - seq);
          expect(letters).toBeLessThanOrEqual(rest + (head.cause === "already applied" ? 1 : 0));
        },
      ),
    );
  });
});

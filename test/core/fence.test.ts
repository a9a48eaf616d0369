import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { isSuspect, judge } from "../../lambdas/core/fence.ts";
import type { FailureText, LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";
import { NO_OUTCOME } from "../../lambdas/core/life.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { type MessageShape, makeMessage, SENT_AT_MS } from "./make-message.ts";

const arrive = (shape: MessageShape = {}) => readArrival(makeMessage({ sequence: 3, ...shape }));
const life = (fields: Partial<Life> = {}): Life => ({
  seq: 3,
  messageId: "o1-message-3",
  sentAtMs: SENT_AT_MS,
  attempts: 2,
  open: false,
  ...fields,
});
const row = (fields: Partial<LedgerRow> = {}): LedgerRow => ({
  orderId: "o1",
  seq: 2,
  rev: 5,
  ...fields,
});
const dead = { atMs: 1, cause: "invalid" } as const;

describe("the fence lets through", () => {
  it("the event after the last applied one, with a new life", () => {
    expect(judge(row(), arrive(), EVENT_TYPES)).toEqual({
      kind: "due",
      life: { ...life(), eventType: "order.shipped", attempts: 0 },
    });
  });

  it("the next event though it does not tell its type, with a life that has none", () => {
    const body = JSON.stringify({ subject: "o1", sequence: "3" });
    expect(judge(row(), arrive({ body }), EVENT_TYPES)).toStrictEqual({
      kind: "due",
      life: life({ attempts: 0 }),
    });
  });

  it("the same message again, with the life it has", () => {
    expect(judge(row({ life: life() }), arrive(), EVENT_TYPES)).toEqual({
      kind: "due",
      life: life(),
    });
  });

  it("a later copy of it, with a new life, whatever became of the older", () => {
    const later = arrive({ messageId: "a", sentAtMs: SENT_AT_MS + 1 });
    expect(judge(row({ life: life({ dead }) }), later, EVENT_TYPES)).toMatchObject({
      kind: "due",
      life: { messageId: "a", attempts: 0 },
    });
  });

  it("it with a new life when the one on the row is of another sequence", () => {
    const stale = life({ seq: 2, messageId: "old", sentAtMs: SENT_AT_MS + 99, dead });
    expect(judge(row({ life: stale }), arrive(), EVENT_TYPES)).toMatchObject({
      kind: "due",
      life: { attempts: 0 },
    });
  });
});

describe("the fence does not let through", () => {
  it("what was applied", () => {
    for (const sequence of [1, 2]) {
      expect(judge(row({ life: life({ dead }) }), arrive({ sequence }), EVENT_TYPES).kind).toBe(
        "duplicate",
      );
    }
  });

  it("what is further ahead", () => {
    for (const sequence of [4, 40]) {
      expect(judge(row(), arrive({ sequence }), EVENT_TYPES).kind).toBe("out of sequence");
    }
  });

  it("what was decided dead in this life", () => {
    expect(judge(row({ life: life({ dead }) }), arrive(), EVENT_TYPES).kind).toBe("dead");
  });

  it("an older copy", () => {
    const older = arrive({ messageId: "z", sentAtMs: SENT_AT_MS - 1 });
    expect(judge(row({ life: life() }), older, EVENT_TYPES).kind).toBe("older copy");
  });

  it("of two copies of one millisecond, the one with the smaller message id", () => {
    expect(judge(row({ life: life() }), arrive({ messageId: "a" }), EVENT_TYPES).kind).toBe(
      "older copy",
    );
    expect(judge(row({ life: life() }), arrive({ messageId: "z" }), EVENT_TYPES).kind).toBe("due");
  });
});

describe("a suspect", () => {
  const failedWith = (error: FailureText) => row({ life: life({ error }) });
  const ERROR = { name: "Error", message: "the downstream is away" };

  it("is a due message with a start and no outcome", () => {
    expect(isSuspect(judge(row({ life: life({ open: true }) }), arrive(), EVENT_TYPES))).toBe(true);
  });

  it("is one of which nothing is known but that its last attempt had no outcome", () => {
    expect(isSuspect(judge(failedWith(NO_OUTCOME), arrive(), EVENT_TYPES))).toBe(true);
  });

  it("is neither one with an outcome, nor another copy, nor one that is not due", () => {
    expect(isSuspect(judge(row({ life: life() }), arrive(), EVENT_TYPES))).toBe(false);
    expect(isSuspect(judge(failedWith(ERROR), arrive(), EVENT_TYPES))).toBe(false);
    const open = row({ life: life({ open: true }) });
    expect(isSuspect(judge(open, arrive({ messageId: "z" }), EVENT_TYPES))).toBe(false);
    expect(isSuspect(judge(open, arrive({ sequence: 4 }), EVENT_TYPES))).toBe(false);
    expect(
      isSuspect(judge(row({ seq: 3, life: life({ open: true }) }), arrive(), EVENT_TYPES)),
    ).toBe(false);
  });
});

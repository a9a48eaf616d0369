import { describe, expect, test } from "vitest";
import { discardEvent, type Seen } from "../../lambdas/core/discard-event.ts";
import type { Discarded, LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";

const audit = { who: "ann", why: "a test order", atMs: 1_000 };
const life: Life = {
  seq: 3,
  messageId: "m",
  sentAtMs: 0,
  eventType: "order.shipped",
  attempts: 8,
  open: false,
  dead: { atMs: 9, cause: "invalid" },
};
const row: LedgerRow = { orderId: "o1", seq: 2, rev: 5, state: { held: 1 }, expiresAt: 7, life };
const seen: Seen = { seq: 3, life };
const { life: _none, ...lifeless } = row;

describe("discarding a dead event", () => {
  test("moves the watermark past it alone: the state stays, and its life is over", () => {
    expect(discardEvent(row, seen, audit)).toStrictEqual({
      orderId: "o1",
      seq: 3,
      rev: 6,
      by: "discard/ann/1000",
      state: { held: 1 },
      expiresAt: 7,
      discarded: [
        { ...audit, seq: 3, messageId: "m", eventType: "order.shipped", cause: "invalid" },
      ],
    });
  });

  test("is remembered after those discarded before", () => {
    const earlier: Discarded = { ...audit, seq: 1, cause: "too old" };
    const after = discardEvent({ ...row, discarded: [earlier] }, seen, audit);
    expect(after?.discarded?.map(({ seq }) => seq)).toEqual([1, 3]);
  });

  test("that SQS moved without a decision is one whose receives are exhausted", () => {
    const { dead: _dead, eventType: _type, ...undecided } = life;
    const after = discardEvent({ ...row, life: undecided }, seen, audit);
    expect(after?.discarded).toStrictEqual([
      { ...audit, seq: 3, messageId: "m", cause: "receives exhausted" },
    ]);
  });

  test("that never started needs no life: nobody ever ran it", () => {
    const after = discardEvent(lifeless, { seq: 3 }, audit);
    expect(after).toMatchObject({ seq: 3, rev: 6 });
    expect(after?.discarded).toStrictEqual([{ ...audit, seq: 3, cause: "receives exhausted" }]);
  });
});

describe("discarding an event behind others that the consumer does not handle", () => {
  test("moves the watermark past them too", () => {
    const seenFrom = { ...seen, afterSeq: 1 };
    expect(discardEvent({ ...row, seq: 1 }, seenFrom, audit)).toMatchObject({ seq: 3, rev: 6 });
  });
  test("is refused where the watermark is no longer as it was seen", () => {
    expect(discardEvent(row, { ...seen, afterSeq: 1 }, audit)).toBeUndefined();
    expect(discardEvent({ ...row, seq: 0 }, { ...seen, afterSeq: 1 }, audit)).toBeUndefined();
    expect(discardEvent({ ...row, seq: 3 }, { ...seen, afterSeq: 3 }, audit)).toBeUndefined();
  });
});

describe("nothing is discarded but what the operator saw", () => {
  const redriven = { ...life, messageId: "redriven" };
  test.each<[string, LedgerRow, Seen]>([
    ["an event that was applied meanwhile", { ...row, seq: 3 }, seen],
    ["an event that is not the next", row, { seq: 4, life }],
    ["a redrive, whose attempt may be running", { ...row, life: redriven }, seen],
    ["a life that began after the look", row, { seq: 3 }],
    ["a life that is gone", lifeless, seen],
    ["a life of another event, which is none", { ...row, life: { ...life, seq: 2 } }, seen],
  ])("not %s", (_what, current, looked) => {
    expect(discardEvent(current, looked, audit)).toBeUndefined();
  });
});

import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { DeadLetterList, DeadOrder } from "../../../cli/dead-letters/dead-letter.ts";
import { describeDiscard } from "../../../cli/dead-letters/describe-discard.ts";
import { describeList } from "../../../cli/dead-letters/describe-list.ts";
import { describeOrder } from "../../../cli/dead-letters/describe-order.ts";
import { describePlan, describeResult } from "../../../cli/dead-letters/describe-redrive.ts";
import { planOf } from "../../../cli/dead-letters/plan.ts";
import type { Redriven } from "../../../cli/dead-letters/redrive-dead-letters.ts";

const HOUR_MS = 3_600_000;
const order = (orderId: string, over: Partial<DeadOrder["head"]> = {}): DeadOrder => ({
  ...{ orderId, fromSequence: 2, toSequence: 4, letters: 3, seen: true },
  head: {
    ...{ sequence: 2, eventType: "order.paid", cause: "not retryable", attempts: 1, sinceMs: 0 },
    ...{ error: { name: "Refused", message: "no such account" }, ...over },
  },
});
const list = (orders: readonly DeadOrder[], remarks: readonly string[] = []): DeadLetterList => ({
  ...{ consumer: "fraud", orders, letters: 3 * orders.length, depth: 3 * orders.length, remarks },
});
const lines = (text: string): string[] => stripVTControlCharacters(text).split("\n");
const done = (over: Partial<Redriven> = {}): Redriven => ({
  ...{ kind: "done", planned: 6, moved: 6, notFound: 0, copies: 0, removed: 0, undeleted: 0 },
  ...{ failedSends: 0, outOfSequence: [], seconds: 2 },
  untouched: {
    ...{ "not in the plan": 0, "after the snapshot": 0, "came back": 0, "out of sequence": 0 },
  },
  ...over,
});

describe("the list", () => {
  it("groups by cause, then names each order's dead event, its age and its followers", () => {
    const view = { nowMs: 2 * HOUR_MS, limit: 1 };
    const shown = lines(describeList(list([order("a"), order("b")], ["a remark"]), view));
    const text = shown.join("\n");
    expect(text).toMatch(
      /not retryable.*order\.paid.*Refused: no such account.* 2 .* 6 .* 2 h .* a/,
    );
    expect(text).toMatch(/│ a +│ 2 order\.paid +│ not retryable +│ +1 │ +2 h │ +2 │/);
    expect(text).not.toMatch(/│ b +│ 2/);
    expect(shown.slice(-3)).toEqual([
      "and 1 more: --limit, or --json for all",
      "! a remark",
      "fraud: 6 dead letters of 2 orders; the queue holds 6",
    ]);
  });

  it("says when there is none", () => {
    expect(describeList(list([]), { nowMs: 0, limit: 5 })).toBe("fraud has no dead letters");
  });
});

it("a plan ends with what goes where, and begins with what to know of it", () => {
  expect(lines(describePlan(planOf(list([order("a"), order("b")], ["a remark"]))))).toEqual([
    "! a remark",
    "6 letters of 2 orders go back to fraud",
  ]);
});

describe("the result of a redrive", () => {
  it("is one line when all went well", () => {
    expect(describeResult(done())).toBe("redriven: 6 of 6 letters in 2.0 s, 3 letters/s");
  });

  it("says what the canary failed of", () => {
    const error = { name: "Refused", message: "no" };
    const canary = { kind: "failed", orderId: "a", sequence: 2, error } as const;
    const shown = lines(describeResult(done({ kind: "canary failed", moved: 3, canary })));
    expect(shown[0]).toMatch(/event 2 of a failed again \(Refused: no\)/);
    expect(shown.at(-1)).toMatch(/^stopped by the canary: 3 of 6 letters/);
  });

  it("says what was left and what to do about it", () => {
    const { untouched } = done();
    const shown = describeResult(
      done({
        ...{ moved: 2, notFound: 4, copies: 1, outOfSequence: [{ orderId: "a", sequence: 3 }] },
        untouched: { ...untouched, "came back": 2, "out of sequence": 1 },
      }),
    );
    expect(shown).toMatch(/^! 1 copies of events/m);
    expect(shown).toMatch(/^! 2 letters died again/m);
    expect(shown).toMatch(/^! 1 letters lie before .* event 3 of a, .*--as-it-lies/m);
    expect(shown).toMatch(/^! 3 letters of the plan were not there/m);
  });

  it("names who holds the lease and until when", () => {
    const by = { holder: "ada", act: "redrive of 9 letters", token: "t", sinceMs: 0 };
    const shown = describeResult({ kind: "leased", by: { ...by, heldUntilMs: 45_000 } });
    expect(shown).toMatch(/^ada works .* \(redrive of 9 letters\) since 1970.*1970-01-01T00:00:45/);
  });
});

it("an order is shown with its error's stack, and its body only where it is given", () => {
  const { head, ...rest } = order("a");
  const error = { name: "Refused", message: "no", stack: "at handle" };
  const dead = { atMs: 5, cause: "not retryable" } as const;
  const life = { seq: 2, messageId: "m", sentAtMs: 1, attempts: 3, open: false, error, dead };
  const row = {
    ...{ seq: 1, rev: 4, life },
    discarded: [{ seq: 1, cause: "too old", who: "ada", why: "a test", atMs: 0 }] as const,
  };
  const shown = { consumer: "fraud", orderId: "a", dead: { ...rest, head }, row, version: 4 };
  const text = describeOrder(shown, HOUR_MS);
  expect(text).toMatch(/^applied {5}1 of 4 events$/m);
  expect(text).toMatch(/^dead event {2}2 order\.paid, the root$/m);
  expect(text).toMatch(/^followers {3}2: events 3 to 4, untried$/m);
  expect(text).toMatch(/^error {7}Refused: no\nat handle$/m);
  expect(text).toMatch(/^discarded {3}event 1 .*by ada: a test$/m);
  expect(text).not.toMatch(/body/);
  expect(describeOrder({ ...shown, body: "{}" }, HOUR_MS)).toMatch(/^body {8}\{\}$/m);
});

it("a discard says whether its order is whole, and what is dead in its turn", () => {
  const plan = {
    ...{ consumer: "fraud", orderId: "a", head: order("a").head, followers: 2, toSequence: 4 },
    letter: "there" as const,
    seen: { seq: 2 },
  };
  const result = {
    kind: "discarded",
    ...{ letterRemoved: true, followersMoved: 2, toSequence: 4 },
  } as const;
  expect(describeDiscard(plan, { ...result, sequence: 4 })).toMatch(/the order is whole$/);
  const failure = { sequence: 3, name: "Refused", message: "no" };
  expect(describeDiscard(plan, { ...result, sequence: 2, failure })).toMatch(/event 3 is dead in/);
  expect(describeDiscard(plan, { kind: "changed" })).toMatch(
    /^Nothing was done: order a is no lon/,
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueTypes, nextDue } from "../../lambdas/core/due-events.ts";
import type { LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";
import { type OrderEnd, orderEnd, standingOf } from "../../lambdas/core/order-standing.ts";

const RULES = { nowMs: 100_000, settleMs: 10_000, retryMs: 50_000 };
/** An order whose events happened then. */
const endAt = (...timesMs: readonly number[]) => {
  const events = timesMs.map((atMs) => ({ type: "a", time: new Date(atMs).toISOString() }));
  return orderEnd({ version: timesMs.length, events }, RULES);
};
/** At a consumer that handles every event. */
const standing = (end: OrderEnd, row: Pick<LedgerRow, "seq" | "life">) =>
  standingOf({ ...end, next: nextDue(end.types, [], row.seq) }, row, RULES);
const END = endAt(0, 0, 0);
const dead = { atMs: 1, cause: "invalid" } as const;

const row = (seq: number, life?: Partial<Life>): Pick<LedgerRow, "seq" | "life"> =>
  life === undefined
    ? { seq }
    : {
        seq,
        life: { seq: seq + 1, messageId: "m", sentAtMs: 0, attempts: 1, open: false, ...life },
      };

describe("how an order stands at a consumer", () => {
  it.each([
    ["whole when its last event is applied", row(3), "whole"],
    ["whole when the row is past it", row(4), "whole"],
    ["parked when its next event is decided dead", row(1, { dead }), "parked"],
    ["behind when the decision was about an applied event", row(1, { seq: 1, dead }), "behind"],
    ["retrying when its next event was tried lately", row(1, { lastMs: 60_000 }), "retrying"],
    ["behind when its last try is long ago", row(1, { lastMs: 50_000 }), "behind"],
    ["retrying when its message has come lately", row(1, { sentAtMs: 90_000 }), "retrying"],
    ["behind when nothing is known of its next event", row(1), "behind"],
    ["behind when it has never been seen", row(0), "behind"],
  ])("is %s", (_, given, expected) => {
    expect(standing(END, given)).toBe(expected);
  });

  it("is young while its next event may still be on its way, unless that is decided dead", () => {
    const end = endAt(0, 0, 90_001);
    expect(standing(end, row(2))).toBe("young");
    expect(standing(endAt(0, 0, 90_000), row(2))).toBe("behind");
    expect(standing(end, row(2, { dead }))).toBe("parked");
  });

  it("is behind by its next event's own time, however the order goes on", () => {
    const end = endAt(0, 0, 99_000, 100_000);
    expect(standing(end, row(1))).toBe("behind");
    expect(standing(end, row(2))).toBe("young");
    expect(standing(endAt(0, 99_000, 0), row(1))).toBe("behind");
  });

  it.each([
    ["has no events", []],
    ["has a time that cannot be read", ["2026-02-31 soon"]],
  ])("is not young for ever when it %s", (_, times) => {
    const events = times.map((time) => ({ type: "a", time }));
    const end = orderEnd({ version: 1, events }, RULES);
    expect(end).toMatchObject({ version: 1, lastEventAtMs: 0, settled: 1 });
    expect(standing(end, row(0))).toBe("behind");
  });

  it("is whole exactly when every event is applied, whatever else the row says", () => {
    const rows = fc.record({
      seq: fc.nat(5),
      next: fc.nat(6),
      lastMs: fc.option(fc.nat(200_000), { nil: undefined }),
      isDead: fc.boolean(),
    });
    fc.assert(
      fc.property(rows, fc.nat(200_000), ({ seq, next, lastMs, isDead }, lastEventAtMs) => {
        const life = {
          seq: next,
          ...(lastMs === undefined ? {} : { lastMs }),
          ...(isDead ? { dead } : {}),
        };
        const end = endAt(0, 0, lastEventAtMs);
        const stands = standing(end, row(seq, life));
        expect(stands === "whole").toBe(seq >= 3);
        expect(stands === "parked").toBe(seq < 3 && isDead && next === seq + 1);
      }),
    );
  });

  describe("that does not handle every type", () => {
    const types = ["order.created", "order.paid", "order.shipped", "order.delivered"];
    const due = dueTypes(["order.created", "order.shipped"], { retainDays: 0 });
    const standsWith = (given: ReturnType<typeof row>, settled = 4) =>
      standingOf({ next: nextDue(types, due, given.seq), settled }, given, RULES);

    it.each([
      ["whole once the last due event is applied", row(3), "whole"],
      ["whole when the row is past that", row(4), "whole"],
      ["behind when a due event is missing, whatever lies before it", row(1), "behind"],
      ["parked when that is decided dead", row(1, { seq: 3, dead }), "parked"],
      ["parked when a row of before is at the event before it", row(2, { seq: 3, dead }), "parked"],
      [
        "behind when the decision was about an event that is not due",
        row(1, { seq: 2, dead }),
        "behind",
      ],
      ["retrying when that was tried lately", row(1, { seq: 3, lastMs: 60_000 }), "retrying"],
    ])("is %s", (_, given, expected) => {
      expect(standsWith(given)).toBe(expected);
    });

    it("is young by its due event's time, and not by that of one it does not handle", () => {
      expect(standsWith(row(1), 2)).toBe("young");
      expect(standsWith(row(1), 3)).toBe("behind");
      expect(standsWith(row(3), 2)).toBe("whole");
    });

    it("is behind by an event whose type an item does not say", () => {
      const events = types.map(() => ({ type: "", time: new Date(0).toISOString() }));
      const end = orderEnd({ version: 5, events }, RULES);
      expect(end.types).toEqual(["", "", "", "", ""]);
      expect(nextDue(end.types, due, 4)).toBe(5);
    });
  });
});

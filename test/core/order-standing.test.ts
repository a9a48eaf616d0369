import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";
import { orderEnd, standingOf } from "../../lambdas/core/order-standing.ts";

const RULES = { nowMs: 100_000, settleMs: 10_000, retryMs: 50_000 };
/** An order whose events happened then. */
const endAt = (...timesMs: readonly number[]) => {
  const eventTimes = timesMs.map((atMs) => new Date(atMs).toISOString());
  return orderEnd({ version: timesMs.length, eventTimes }, RULES);
};
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
  ])("is %s", (_, given, standing) => {
    expect(standingOf(END, given, RULES)).toBe(standing);
  });

  it("is young while its next event may still be on its way, unless that is decided dead", () => {
    const end = endAt(0, 0, 90_001);
    expect(standingOf(end, row(2), RULES)).toBe("young");
    expect(standingOf(endAt(0, 0, 90_000), row(2), RULES)).toBe("behind");
    expect(standingOf(end, row(2, { dead }), RULES)).toBe("parked");
  });

  it("is behind by its next event's own time, however the order goes on", () => {
    const end = endAt(0, 0, 99_000, 100_000);
    expect(standingOf(end, row(1), RULES)).toBe("behind");
    expect(standingOf(end, row(2), RULES)).toBe("young");
    expect(standingOf(endAt(0, 99_000, 0), row(1), RULES)).toBe("behind");
  });

  it.each([
    ["has no events", []],
    ["has a time that cannot be read", ["2026-02-31 soon"]],
  ])("is not young for ever when it %s", (_, eventTimes) => {
    const end = orderEnd({ version: 1, eventTimes }, RULES);
    expect(end).toEqual({ version: 1, lastEventAtMs: 0, settled: 1 });
    expect(standingOf(end, row(0), RULES)).toBe("behind");
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
        const standing = standingOf(end, row(seq, life), RULES);
        expect(standing === "whole").toBe(seq >= 3);
        expect(standing === "parked").toBe(seq < 3 && isDead && next === seq + 1);
      }),
    );
  });
});

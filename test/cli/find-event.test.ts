import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findEvent, isFault, type Missing, type Sighting } from "../../cli/audit/find-event.ts";

const NOW = 10_000_000;
const behind: Missing = {
  ...{ orderId: "a", next: 3, version: 4, events: 2, lastEventAtMs: 0 },
  standing: "behind",
};
const parked: Missing = { ...behind, standing: "parked", deadAtMs: 0 };
const bouncing: Missing = { ...parked, deadAtMs: NOW - 10_000 };
const retrying: Missing = { ...behind, standing: "retrying" };
const nothing: Sighting = { waiting: 0, complete: true };

describe("where a missing event is", () => {
  it.each([
    ["in no queue", behind, {}, "lost"],
    ["in no queue, though it was tried", retrying, {}, "lost"],
    ["nowhere seen, and the queue is not empty", behind, { waiting: 1 }, "overdue"],
    ["nowhere seen, and somebody holds letters", behind, { complete: false }, "overdue"],
    ["tried, and the queue is not empty", retrying, { waiting: 1 }, "retrying"],
    ["in the dead-letter queue", behind, { deadLetter: 3 }, "receives exhausted"],
    [
      "there, and the queue is not empty",
      retrying,
      { deadLetter: 3, waiting: 9 },
      "receives exhausted",
    ],
    ["before what lies there", behind, { deadLetter: 4 }, "lost"],
    ["behind what lies there", behind, { deadLetter: 2 }, "behind a copy"],
    ["what SNS could not deliver", behind, { undelivered: 3 }, "undelivered"],
    ["behind what SNS could not deliver", behind, { undelivered: 2 }, "undelivered"],
    ["before what SNS could not deliver", behind, { undelivered: 4 }, "lost"],
    ["dead, and there", parked, { deadLetter: 3 }, "dead letter"],
    ["dead, behind a copy that is there", parked, { deadLetter: 1 }, "behind a copy"],
    ["dead, and only its follower there", parked, { deadLetter: 4 }, "expired"],
    ["dead, and nothing there", parked, {}, "expired"],
    ["dead, and bouncing", bouncing, { waiting: 1 }, "on its way"],
    ["dead just now, though its queue reads empty", bouncing, {}, "on its way"],
    ["dead just now, its followers before it", bouncing, { deadLetter: 4 }, "on its way"],
    ["dead just now, and there", bouncing, { deadLetter: 3 }, "dead letter"],
    ["dead, and held by somebody", parked, { complete: false }, "dead letter"],
    ["dead for hours, and not there", parked, { waiting: 1 }, "expired"],
  ] as const)("%s", (_, missing, seen, where) => {
    expect(findEvent(missing, { ...nothing, ...seen }, NOW)).toBe(where);
  });

  it("is never called lost while its queue holds anything, or letters were hidden", () => {
    const sightings = fc.record({
      deadLetter: fc.option(fc.nat(5), { nil: undefined }),
      undelivered: fc.option(fc.nat(5), { nil: undefined }),
      waiting: fc.nat(2),
      complete: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(behind, retrying, parked), sightings, (missing, sighting) => {
        const where = findEvent(missing, sighting, NOW);
        if (where === "lost") {
          expect(sighting).toMatchObject({ waiting: 0, complete: true });
          expect(missing.standing).not.toBe("parked");
        }
        if (sighting.deadLetter === missing.next) expect(isFault(where)).toBe(false);
      }),
    );
  });
});

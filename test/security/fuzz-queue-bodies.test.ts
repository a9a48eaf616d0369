import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeWorld, usualRules } from "../core/make-context.ts";
import { makeEnvelope, makeMessage } from "../core/make-message.ts";
import { bent, MARK, oddText } from "./odd-json.ts";

const envelope = fc
  .record({
    orderId: fc.constantFrom("o1", "o2", "o3"),
    sequence: fc.integer({ min: 1, max: 4 }),
  })
  .map((shape) => ({ ...makeEnvelope(shape), customer: MARK }));

const body = fc.oneof(
  bent(envelope).map((value) => JSON.stringify(value)),
  bent(envelope.map(({ data }) => data)).map((data) =>
    JSON.stringify({ ...makeEnvelope({ orderId: "o1" }), data }),
  ),
  oddText,
);
const batch = fc.array(body, { minLength: 1, maxLength: 9 });
const budget = { ...usualRules.budget, capacity: 10_000 };

describe("bodies of a stranger in a queue", () => {
  it("crash no batch, stop no other order, and each is dead with its reason or has its effect", async () => {
    const causes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(batch, async (bodies) => {
        const world = makeWorld({ rules: { budget } });
        const messages = bodies.map((text, index) =>
          makeMessage({ messageId: `odd-${index}`, body: text }),
        );
        const innocent = makeMessage({ orderId: "innocent" });
        const report = await world.deliver(...messages, innocent);

        expect(report.results).toHaveLength(messages.length + 1);
        expect(world.effects()["innocent-event-1"]).toBe(1);
        expect(report.failedIds).not.toContain(innocent.messageId);
        for (const { arrival, outcome } of report.results) {
          const { kind } = arrival.content;
          if (kind === "event") continue;
          // A follower waits behind its order's dead one, and a newer version for its deploy.
          expect(["dead", "parked", "retried", "duplicate"]).toContain(outcome.kind);
          if (outcome.kind !== "dead") continue;
          causes.add(outcome.cause);
          const { life } = world.row(arrival.orderId) ?? {};
          expect(life?.dead?.cause).toBe(outcome.cause);
          expect(life?.error?.message).toMatch(/./);
          expect(life?.error?.message).not.toContain(MARK);
        }
      }),
      { numRuns: 2_000, seed: 1 },
    );
    expect([...causes].toSorted()).toEqual(["invalid", "unreadable"]);
  });
});

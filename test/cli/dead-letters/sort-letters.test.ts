import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  inWaves,
  isDueNow,
  judgeLetter,
  newMemory,
  noteApplied,
  noteSent,
} from "../../../cli/dead-letters/sort-letters.ts";

const planned = { orderId: "a", fromSequence: 2, toSequence: 4, letters: 3 };
const letter = (sequence: number, orderId = "a", messageId = `${orderId}-${sequence}`) => ({
  ...{ orderId, sequence, messageId },
});

describe("a letter of a run", () => {
  it("is sent when it is the one that is due, and the next is due when that is confirmed", () => {
    const memory = newMemory([planned]);
    expect(judgeLetter(memory, letter(3))).toBe("out of sequence");
    expect(judgeLetter(memory, letter(2))).toBe("send");
    expect(judgeLetter(memory, letter(2))).toBe("send");
    noteSent(memory, letter(2), "new-2");
    expect(judgeLetter(memory, letter(3))).toBe("send");
    expect(judgeLetter(memory, letter(2, "a", "another copy"))).toBe("send a copy");
    expect(judgeLetter(memory, letter(1))).toBe("send a copy");
  });

  it("is left when the plan does not name it, or when it came after the snapshot", () => {
    const memory = newMemory([planned]);
    expect(judgeLetter(memory, letter(1, "b"))).toBe("not in the plan");
    expect(judgeLetter(memory, letter(5))).toBe("after the snapshot");
  });

  it("is left when this run has sent it, and it died again", () => {
    const memory = newMemory([planned]);
    noteSent(memory, letter(2), "new-2");
    expect(judgeLetter(memory, letter(2, "a", "new-2"))).toBe("came back");
  });

  it("is removed when it was discarded, and what follows it is due", () => {
    const memory = newMemory([{ ...planned, discardedSequence: 2 }]);
    expect(judgeLetter(memory, letter(2))).toBe("remove");
    expect(judgeLetter(memory, letter(3))).toBe("send");
  });

  it("goes ahead of its predecessor only where that was asked for", () => {
    const memory = newMemory([planned], "as it lies");
    expect(judgeLetter(memory, letter(4))).toBe("send");
    noteSent(memory, letter(4), "new-4");
    expect(judgeLetter(memory, letter(2))).toBe("send");
    expect(judgeLetter(memory, letter(4, "a", "new-4"))).toBe("came back");
    expect(judgeLetter(memory, letter(1))).toBe("send a copy");
  });
});

describe("a letter of an order with events that its consumer does not handle", () => {
  const skipping = { ...planned, toSequence: 5, letters: 2, skips: [3, 5] };

  it("is due as soon as all that is handled before it was sent", () => {
    const memory = newMemory([skipping]);
    expect(judgeLetter(memory, letter(4))).toBe("out of sequence");
    expect(isDueNow(memory, letter(4))).toBe(false);
    noteSent(memory, letter(2), "new-2");
    expect(judgeLetter(memory, letter(4))).toBe("send");
    expect(isDueNow(memory, letter(4))).toBe(true);
  });

  it("is due past such events from the plan's first one on, or a discarded one", () => {
    expect(judgeLetter(newMemory([{ ...skipping, skips: [2, 3] }]), letter(4))).toBe("send");
    const discarded = newMemory([{ ...skipping, discardedSequence: 2 }]);
    expect(judgeLetter(discarded, letter(4))).toBe("send");
  });

  it("is one of the plan's where nothing of the order was ever tried", () => {
    const memory = newMemory([{ ...skipping, untried: true, letters: 4 }]);
    noteSent(memory, letter(2), "new-2");
    expect(judgeLetter(memory, letter(3))).toBe("send");
    noteSent(memory, letter(3), "new-3");
    expect(judgeLetter(memory, letter(3, "a", "another copy"))).toBe("send a copy");
    expect(judgeLetter(memory, letter(4))).toBe("send");
    expect(judgeLetter(memory, letter(1))).toBe("send a copy");
    // By this the canary's watermark is waited for.
    expect(memory.next.get("a")).toBe(3);
  });

  it("goes where it has no effect, and is not waited for", () => {
    const memory = newMemory([skipping]);
    noteSent(memory, letter(2), "new-2");
    expect(judgeLetter(memory, letter(3))).toBe("send a copy");
    noteSent(memory, letter(3), "new-3");
    // By this the canary's watermark is waited for.
    expect(memory.next.get("a")).toBe(3);
    noteApplied(memory, "a", 4);
    expect(judgeLetter(memory, letter(5))).toBe("send a copy");
  });
});

describe("waves", () => {
  const letters = fc.uniqueArray(
    fc.record({
      orderId: fc.constantFrom("a", "b", "c"),
      sequence: fc.integer({ min: 1, max: 9 }),
      messageId: fc.uuid(),
    }),
    { selector: ({ messageId }) => messageId, maxLength: 10 },
  );

  it("hold every letter once, no two of an order together, each order's in sequence", () => {
    fc.assert(
      fc.property(letters, (received) => {
        const waves = inWaves(received);
        expect(waves.flat().toSorted((a, b) => a.messageId.localeCompare(b.messageId))).toEqual(
          received.toSorted((a, b) => a.messageId.localeCompare(b.messageId)),
        );
        const last = new Map<string, number>();
        for (const wave of waves) {
          expect(new Set(wave.map(({ orderId }) => orderId)).size).toBe(wave.length);
          for (const { orderId, sequence } of wave) {
            expect(sequence).toBeGreaterThanOrEqual(last.get(orderId) ?? 0);
            last.set(orderId, sequence);
          }
        }
      }),
    );
  });

  it("whatever comes in whatever order, an order's events are sent in sequence and once", () => {
    fc.assert(
      fc.property(fc.array(letters), (receives) => {
        const plan = ["a", "b"].map((orderId) => ({
          ...{ orderId, fromSequence: 3, toSequence: 7, letters: 5 },
        }));
        const memory = newMemory(plan);
        const sent = new Map<string, number[]>();
        let ids = 0;
        for (const wave of receives.flatMap(inWaves)) {
          for (const one of wave) {
            if (judgeLetter(memory, one) !== "send") continue;
            sent.set(one.orderId, [...(sent.get(one.orderId) ?? []), one.sequence]);
            noteSent(memory, one, `new-${ids++}`);
          }
        }
        expect([...sent.keys()]).not.toContain("c");
        for (const sequences of sent.values()) {
          expect(sequences).toEqual(sequences.map((_, index) => 3 + index));
          expect(sequences.length).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});

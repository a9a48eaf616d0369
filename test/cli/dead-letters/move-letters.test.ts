import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moveLetters } from "../../../cli/dead-letters/move-letters.ts";
import type { PlannedOrder } from "../../../cli/dead-letters/plan.ts";
import { newMemory } from "../../../cli/dead-letters/sort-letters.ts";
import { type ModelFaults, modelSqs } from "./model-sqs.ts";

const FROM = "http://queues.invalid/dead";
const TO = "http://queues.invalid/source";

type Place = { readonly orderId: string; readonly sequence: number };
const of = (orderId: string, ...sequences: number[]): Place[] =>
  sequences.map((sequence) => ({ orderId, sequence }));
const planned = (orderId: string, toSequence: number, fromSequence = 1): PlannedOrder => ({
  ...{ orderId, fromSequence, toSequence, letters: toSequence - fromSequence + 1 },
});
const names = (places: readonly Place[]): string[] =>
  places.map(({ orderId, sequence }) => `${orderId}${sequence}`);

const move = async (
  letters: readonly Place[],
  orders: readonly PlannedOrder[],
  faults: ModelFaults & { readonly signal?: AbortSignal; readonly ratePerSecond?: number } = {},
) => {
  const world = modelSqs(faults);
  for (const letter of letters) world.put(FROM, letter);
  const { signal = new AbortController().signal, ratePerSecond } = faults;
  const target = orders.reduce((sum, order) => sum + order.letters, 0);
  const tally = await moveLetters(
    {
      ...{ sqs: world.sqs, fromUrl: FROM, toUrl: TO, memory: newMemory(orders) },
      ...{ ratePerSecond, signal },
    },
    target,
  );
  const reasons = [...tally.untouched.values()].map(({ reason }) => reason);
  return { ...world, tally, reasons, left: names(world.placesIn(FROM)) };
};

describe("a pass over a dead-letter queue", () => {
  it("sends the plan's letters, each order's in sequence, and gives the others back", async () => {
    const letters = [...of("a", 1, 2, 3), ...of("b", 4, 5), ...of("c", 1)];
    const done = await move(letters, [planned("a", 2), planned("b", 5, 4)]);
    expect(names(done.sent).toSorted()).toEqual(["a1", "a2", "b4", "b5"]);
    expect(done.left.toSorted()).toEqual(["a3", "c1"]);
    expect(done.tally).toMatchObject({ moved: 4, copies: 0, undeleted: 0, failedSends: 0 });
    expect(done.hiddenIn(FROM)).toBe(0);
  });

  it("sends under a fresh deduplication id each time: none is swallowed (T32)", async () => {
    const world = modelSqs();
    // Under its message's own id a letter would be taken for what was sent a moment ago (2.8, 2.11).
    for (let round = 0; round < 2; round++) {
      world.put(FROM, { orderId: "a", sequence: 1 });
      const { signal } = new AbortController();
      const memory = newMemory([planned("a", 1)]);
      const urls = { fromUrl: FROM, toUrl: TO };
      const move = { sqs: world.sqs, ...urls, memory, ratePerSecond: undefined, signal };
      expect(await moveLetters(move, 1)).toMatchObject({ moved: 1 });
    }
    expect(names(world.placesIn(TO))).toEqual(["a1", "a1"]);
  });

  it("sorts what came in one receive", async () => {
    const done = await move(of("a", 3, 1, 2), [planned("a", 3)]);
    expect(names(done.sent)).toEqual(["a1", "a2", "a3"]);
  });

  it("leaves a letter whose predecessor is not there, and says so", async () => {
    const done = await move([...of("a", 2, 3), ...of("b", 1)], [planned("a", 3), planned("b", 1)]);
    expect(names(done.sent)).toEqual(["b1"]);
    expect(done.reasons).toEqual(["out of sequence", "out of sequence"]);
    expect(done.left).toEqual(["a2", "a3"]);
    expect(done.hiddenIn(FROM)).toBe(0);
  });

  it("sends nothing of an order after its first failure, which stays", async () => {
    let refused = 0;
    const failsSend = (body: string) => {
      const isFirst = JSON.parse(body).subject === "a" && refused === 0;
      if (isFirst) refused++;
      return isFirst;
    };
    const done = await move([...of("a", 1, 2), ...of("b", 1)], [planned("a", 2), planned("b", 1)], {
      failsSend,
    });
    expect(done.tally).toMatchObject({ moved: 3, failedSends: 1, failure: "Refused" });
    expect(names(done.sent).filter((name) => name.startsWith("a"))).toEqual(["a1", "a2"]);
    expect(done.left).toEqual([]);
  });

  it("sends a letter that could not be removed again, as a copy", async () => {
    let deletes = 0;
    const done = await move(of("a", 1, 2), [planned("a", 3)], {
      failsDelete: () => ++deletes <= 6,
    });
    expect(done.tally).toMatchObject({ moved: 2, undeleted: 2, copies: 2 });
    expect(names(done.sent)).toEqual(["a1", "a2", "a1", "a2"]);
    expect(done.left).toEqual([]);
  });

  it("tells the rate that it kept, and not a better one", async () => {
    // Ten at once, then paid for: the second half comes a second and a half later.
    const orders = Array.from({ length: 20 }, (_, index) => planned(`o${index}-`, 1));
    const letters = orders.flatMap(({ orderId }) => of(orderId, 1));
    const { tally } = await move(letters, orders, { ratePerSecond: 6 });
    expect(tally.moved).toBe(20);
    expect(tally.seconds).toBeGreaterThan(10 / 6);
  });

  it("begins nothing when it is told to stop, and gives back what it held", async () => {
    const stop = new AbortController();
    stop.abort();
    const done = await move(of("a", 1), [planned("a", 1)], { signal: stop.signal });
    expect(done.sent).toEqual([]);
    expect(done.left).toEqual(["a1"]);
  });

  it("loses nothing, sends no stranger's letter and keeps each order's order, whatever fails", async () => {
    const place = fc.record({
      orderId: fc.constantFrom("a", "b", "c", "d"),
      sequence: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(place, { maxLength: 30 }),
        fc.array(fc.boolean(), { maxLength: 10 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (letters, failures, ranks) => {
          const faults = failures.values();
          const done = await move(letters, [planned("a", 4), planned("b", 5, 2), planned("c", 3)], {
            failsSend: () => faults.next().value ?? false,
            rank: () => ranks.next().value ?? 0,
          });
          const after = [...names(done.sent), ...done.left].toSorted();
          expect(after).toEqual(names(letters).toSorted());
          expect(names(done.sent).filter((name) => /^d|a5|c[45]/.test(name))).toEqual([]);
          for (const orderId of ["a", "b", "c"]) {
            const due = orderId === "b" ? 2 : 1;
            const own = done.sent.filter((sent) => sent.orderId === orderId);
            let next = due;
            for (const { sequence } of own) {
              expect(sequence).toBeLessThanOrEqual(next);
              next = Math.max(next, sequence + 1);
            }
          }
          expect(done.hiddenIn(FROM)).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });
});

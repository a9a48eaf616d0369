import { describe, expect, test } from "vitest";
import {
  MAX_BATCH_BYTES,
  packWave,
  runBounded,
  splitWave,
} from "../../lambdas/core/relay-waves.ts";

const entry = (bytes: number) => ({
  publication: { orderId: "a", sequence: 1, eventId: "e", body: "é".repeat(bytes / 2) },
});
const sizes = (...bytes: number[]) => splitWave(bytes.map(entry)).map((call) => call.length);

describe("splitting a wave", () => {
  test("counts bytes of UTF-8, not characters", () => {
    expect(sizes(MAX_BATCH_BYTES / 2, MAX_BATCH_BYTES / 2, 2)).toEqual([2, 1]);
  });

  test("sends an oversized entry alone, so that it condemns no other", () => {
    expect(sizes(100, MAX_BATCH_BYTES + 2, 100, 100)).toEqual([1, 1, 2]);
  });
});

/** The next events of orders, in the order of their records; each number is what an order has left. */
const packed = (...lefts: number[]) => {
  const heads = lefts.map((left, position) => ({ ...entry(2), position, left }));
  return packWave(heads).map((call) => call.map(({ position }) => position));
};
const ones = (count: number) => Array.from({ length: count }, () => 1);

describe("packing a wave", () => {
  test("begins with the lowest record, then the orders with most to send", () => {
    expect(packed(1, 2, 1, 3)).toEqual([[0, 3, 1, 2]]);
  });

  test("keeps the stream's order among orders with as much to send", () => {
    expect(packed(...ones(4))).toEqual([[0, 1, 2, 3]]);
  });

  test("finds the lowest record wherever it is given", () => {
    const heads = [7, 4, 9].map((position) => ({ ...entry(2), position, left: position }));
    expect(packWave(heads)[0]?.map(({ position }) => position)).toEqual([4, 9, 7]);
  });

  test("leaves a last call that is not full for the next wave, as long as one is coming", () => {
    expect(packed(2, ...ones(11))).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    expect(packed(...ones(12)).map((call) => call.length)).toEqual([10, 2]);
  });

  test("sends a last call that is full, and one that only itself goes on", () => {
    expect(packed(2, ...ones(19)).map((call) => call.length)).toEqual([10, 10]);
    expect(packed(2, 2).map((call) => call.length)).toEqual([2]);
  });

  test("makes no call of nothing", () => {
    expect(packed()).toEqual([]);
  });
});

describe("running tasks", () => {
  test("never runs more than the limit, and gives results in the order given", async () => {
    let running = 0;
    let most = 0;
    const tasks = Array.from({ length: 20 }, (_, index) => async () => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < index % 5; turn++) await Promise.resolve();
      running--;
      return index;
    });
    expect(await runBounded(tasks, 4)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(most).toBe(4);
  });

  test("of which there are none gives no results", async () => {
    expect(await runBounded([], 4)).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { MAX_BATCH_BYTES, runBounded, splitWave } from "../../lambdas/core/relay-waves.ts";

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

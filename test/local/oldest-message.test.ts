import { describe, expect, it } from "vitest";
import { trackOldestMessage } from "../../local/alarms/oldest-message.ts";

const NO_END = Number.POSITIVE_INFINITY;
const queue = (depth: number, maxReceiveCount = NO_END) => ({ depth, maxReceiveCount });
const message = (messageId: string, sentAtMs: number, receiveCount = 1) => ({
  ...{ messageId, sentAtMs, receiveCount },
});

describe("the age of the oldest message", () => {
  it("is that of the earliest sent one that was received and not deleted", () => {
    const oldest = trackOldestMessage(0);
    oldest.received([message("a", 1_000), message("b", 5_000)], 6_000);
    expect(oldest.ageMs(queue(2), 10_000)).toBe(9_000);
    oldest.deleted(["a"]);
    expect(oldest.ageMs(queue(1), 10_000)).toBe(5_000);
  });

  it("is nothing in an empty queue", () => {
    const oldest = trackOldestMessage(0);
    oldest.received([message("a", 1_000)], 2_000);
    expect(oldest.ageMs(queue(0), 9_000)).toBe(0);
  });

  it("where nobody receives anything, is the time since the queue was empty", () => {
    const oldest = trackOldestMessage(0);
    oldest.ageMs(queue(0), 4_000);
    expect(oldest.ageMs(queue(7), 5_000)).toBe(1_000);
    expect(oldest.ageMs(queue(7), 64_000)).toBe(60_000);
  });

  it("does not grow while a consumer works off what comes", () => {
    const oldest = trackOldestMessage(0);
    for (let nowMs = 1_000; nowMs < 100_000; nowMs += 1_000) {
      oldest.received([message(`m${nowMs}`, nowMs - 10)], nowMs);
      oldest.deleted([`m${nowMs}`]);
      expect(oldest.ageMs(queue(3), nowMs + 500)).toBe(500);
    }
  });

  it("forgets what was moved to a dead-letter queue", () => {
    const oldest = trackOldestMessage(0);
    oldest.received([message("dead", 1_000, 12), message("healthy", 50_000)], 51_000);
    expect(oldest.ageMs(queue(9, 12), 60_000)).toBe(10_000);
  });

  it("forgets what is no longer counted, the one that was received longest ago first", () => {
    const oldest = trackOldestMessage(0);
    oldest.received([message("gone", 1_000)], 2_000);
    oldest.received([message("here", 50_000)], 51_000);
    expect(oldest.ageMs(queue(1), 60_000)).toBe(10_000);
  });
});

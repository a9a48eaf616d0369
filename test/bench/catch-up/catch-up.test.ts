import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { backlogEvents, backlogOf } from "../../../bench/catch-up/catch-up.ts";
import { fillQueue } from "../../../bench/catch-up/fill-queue.ts";
import { generateTrace } from "../../../cli/generate-trace.ts";

const TRACE = generateTrace(1, 30);
const { signal } = new AbortController();

test("a round is so many events, up to the most", () => {
  expect([1, 5, 99].map((rounds) => backlogOf({ rounds }))).toEqual([20_000, 100_000, 100_000]);
});

test("the trace is played as often as it takes, each time with orders of its own", () => {
  const events = [...backlogEvents(TRACE, 500)];
  expect(events).toHaveLength(500);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(500);
  const seen = new Map<string, number>();
  for (const { orderId, sequence } of events) {
    expect(sequence).toBe((seen.get(orderId) ?? 0) + 1);
    seen.set(orderId, sequence);
  }
});

const queueThat = (answer: (ids: readonly string[]) => object) => {
  const calls: (readonly string[])[] = [];
  const sqs = Object.assign(Object.create(SQSClient.prototype), {
    send: async ({ input }: { input: { Entries: { MessageDeduplicationId: string }[] } }) => {
      const ids = input.Entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId);
      calls.push(ids);
      return answer(ids);
    },
  }) as SQSClient;
  return { sqs, calls };
};

test("every event is sent once, in sequence, ten at a time", async () => {
  const { sqs, calls } = queueThat(() => ({}));
  const events = [...backlogEvents(TRACE, 34)];
  await fillQueue(sqs, "the queue", events, { signal });
  expect(calls.map((ids) => ids.length)).toEqual([10, 10, 10, 4]);
  expect(calls.flat()).toEqual(events.map(({ eventId }) => eventId));
});

test("a message that is not taken ends it", async () => {
  const { sqs } = queueThat(() => ({ Failed: [{ Id: "0" }] }));
  const filling = fillQueue(sqs, "the queue", backlogEvents(TRACE, 5), { signal });
  await expect(filling).rejects.toThrow("1 messages were not taken");
});

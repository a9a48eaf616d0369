/** What SQS moves to a dead-letter queue, when, and as what. */
import { bodies, collect, ofGroup, type QueueScenario, same, sendAll } from "./scenario.ts";
import type { QueuesUnderTest } from "./under-test.ts";

const needs = "queues";

export const createPipe = async (
  queues: QueuesUnderTest,
  maxReceiveCount: number,
  kind: "fifo" | "standard" = "fifo",
) => {
  const dead = await queues.createQueue({ kind });
  const redrive = { maxReceiveCount, to: dead };
  const source = await queues.createQueue({ kind, visibilitySeconds: 60, redrive });
  return { source, dead };
};

export const deadLetterScenarios: readonly QueueScenario[] = [
  {
    ...{
      id: "12a",
      needs,
      fact: "2.25; dead_letter_queue_with_fifo_and_content_based_deduplication",
    },
    title: "exactly N receives deliver, number N+1 moves the message, under its own id",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 2);
      const [id] = await sendAll(source, "a-1");
      for (const receive of [1, 2]) {
        const received = await source.receive({ visibilitySeconds: 0 });
        same(`receive ${receive}`, bodies(received), ["a-1"]);
        same("its count", received[0]?.receiveCount, receive);
        same("dead so far", bodies(await dead.receive()), []);
      }
      same("receive 3", bodies(await source.receive({ visibilitySeconds: 0 })), []);
      const moved = await collect(time, dead, 1);
      same("dead", bodies(moved), ["a-1"]);
      same("its id is the old one", moved[0]?.messageId === id, true);
    },
  },
  {
    ...{
      id: "12b",
      needs,
      fact: "2.25; dead_letter_queue_with_fifo_and_content_based_deduplication",
    },
    title: "the group goes on behind a moved message, and takes new ones",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 1);
      await sendAll(source, "a-1", "a-2");
      same("receive 1", bodies(await source.receive({ visibilitySeconds: 0 })), ["a-1"]);
      same("what follows", bodies(await collect(time, source, 1)), ["a-2"]);
      same("dead", bodies(await collect(time, dead, 1)), ["a-1"]);
      await sendAll(source, "a-3");
      same("a new message", bodies(await collect(time, source, 1)), ["a-3"]);
    },
  },
  {
    ...{ id: "12c", needs, fact: "dead_letter_queue_max_receive_count" },
    title: "a standard queue moves at receive N+1 too",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 1, "standard");
      const id = await source.send({ body: "one" });
      same("receive 1", bodies(await source.receive({ visibilitySeconds: 0 })), ["one"]);
      same("receive 2", bodies(await source.receive({ visibilitySeconds: 0 })), []);
      const moved = await collect(time, dead, 1);
      same("dead", bodies(moved), ["one"]);
      same("its id is the old one", moved[0]?.messageId === id, true);
    },
  },
  {
    ...{ id: "12d", needs, fact: "2.11" },
    title: "in the dead-letter queue the message's id has become its deduplication id",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 1);
      await sendAll(source, "a-1");
      await source.receive({ visibilitySeconds: 0 });
      await source.receive();
      const [moved] = await collect(time, dead, 1);
      const sort = moved?.dedup === moved?.messageId ? "the message's id" : "the old one";
      same("its deduplication id", sort, "the message's id");
    },
  },
  {
    ...{ id: "12e", needs, fact: "2.23, 2.26" },
    title: "a moved message tells its source queue and goes on counting its receives",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 2);
      await sendAll(source, "a-1");
      for (let receive = 1; receive <= 3; receive++) await source.receive({ visibilitySeconds: 0 });
      const [moved] = await collect(time, dead, 1);
      const told = moved?.movedFrom === source.name ? "told" : "not told";
      same("the source", told, "told");
      same("its count, at least", Math.min(3, moved?.receiveCount ?? 0), 3);
    },
  },
  {
    ...{ id: "12f", needs, fact: "2.25, 2.24" },
    title: "a whole order handed back until its receives are spent dies in order",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 2);
      await sendAll(source, "a-1", "a-2", "a-3", "b-1");
      for (let receive = 1; receive <= 12; receive++) {
        const received = await source.receive({ max: 10, visibilitySeconds: 0 });
        for (const message of received.filter(({ body }) => body === "b-1")) {
          await source.hide(message, 60);
        }
      }
      same("dead", ofGroup(await collect(time, dead, 3), "a"), ["a-1", "a-2", "a-3"]);
    },
  },
];

/** Which sends a FIFO queue takes for one. */
import { bodies, type QueueScenario, same } from "./scenario.ts";
import type { QueueUnderTest } from "./under-test.ts";

const needs = "queues";

/** Sends, and answers what a receive then brings; it is deleted, so that its group goes on. */
const sendAndTake = async (queue: QueueUnderTest, group: string, body: string, dedup?: string) => {
  await queue.send({ group, body, ...(dedup === undefined ? {} : { dedup }) });
  const received = await queue.receive({ max: 10 });
  for (const message of received) await queue.remove(message);
  return bodies(received);
};

export const deduplicationScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "6a", needs, fact: "2.8; fifo_deduplication_arrives_once_after_delete" },
    title: "an id is remembered after its message was deleted",
    run: async (queues) => {
      const queue = await queues.createQueue();
      same("the first", await sendAndTake(queue, "a", "one", "id"), ["one"]);
      same("the same id again", await sendAndTake(queue, "a", "two", "id"), []);
      same("the same body again", await sendAndTake(queue, "a", "three"), ["three"]);
      same("its body again", await sendAndTake(queue, "a", "three"), []);
    },
  },
  {
    ...{ id: "7a", needs, fact: "2.8; sqs_fifo_same_dedup_id_different_message_groups" },
    title: "by default the same id in another group is dropped",
    run: async (queues) => {
      const queue = await queues.createQueue();
      same("the first", await sendAndTake(queue, "a", "one", "id"), ["one"]);
      same("in another group", await sendAndTake(queue, "b", "two", "id"), []);
    },
  },
  {
    ...{ id: "7b", needs, fact: "2.8; fifo_deduplication_not_on_message_group_id" },
    title: "by default the same body in another group is dropped, by content",
    run: async (queues) => {
      const queue = await queues.createQueue();
      same("the first", await sendAndTake(queue, "a", "one"), ["one"]);
      same("in another group", await sendAndTake(queue, "b", "one"), []);
    },
  },
  {
    ...{ id: "8a", needs, fact: "2.3; fifo_high_throughput_ordering" },
    title: "with the scope messageGroup and its throughput, an id is a group's own",
    run: async (queues) => {
      const queue = await queues.createQueue({
        scope: "messageGroup",
        throughput: "perMessageGroupId",
      });
      same("the first", await sendAndTake(queue, "a", "one", "id"), ["one"]);
      same("in another group", await sendAndTake(queue, "b", "two", "id"), ["two"]);
      same("in the first group", await sendAndTake(queue, "a", "three", "id"), []);
    },
  },
  {
    ...{ id: "8b", needs, fact: "2.3; sqs_fifo_message_group_scope_no_throughput_setting" },
    title: "so it is with the scope alone, and by content",
    run: async (queues) => {
      const queue = await queues.createQueue({ scope: "messageGroup" });
      same("the first", await sendAndTake(queue, "a", "one"), ["one"]);
      same("in another group", await sendAndTake(queue, "b", "one"), ["one"]);
    },
  },
  {
    ...{ id: "9a", needs, fact: "fifo_change_to_high_throughput_after_creation" },
    title: "a switch of the scope forgets no id, and is not seen at once for new ones either",
    run: async (queues) => {
      const queue = await queues.createQueue({ scope: "queue" });
      same("the first", await sendAndTake(queue, "a", "one", "id"), ["one"]);
      await queue.switchScope();
      same("an old id in another group", await sendAndTake(queue, "b", "two", "id"), []);
      same("a new id", await sendAndTake(queue, "c", "three", "new"), ["three"]);
      same("a new id in another group", await sendAndTake(queue, "d", "four", "new"), []);
    },
  },
  {
    ...{ id: "10a", needs, slow: true, fact: "2.8; deduplication_interval" },
    title: "more than five minutes later the same id is a new message",
    run: async (queues, time) => {
      const queue = await queues.createQueue();
      same("the first", await sendAndTake(queue, "a", "one", "id"), ["one"]);
      await time.pass(270);
      same("after 4.5 minutes", await sendAndTake(queue, "a", "two", "id"), []);
      await time.pass(60);
      same("after 5.5 minutes", await sendAndTake(queue, "a", "three", "id"), ["three"]);
    },
  },
  {
    ...{ id: "11a", needs, fact: "purge_queue_clears_fifo_deduplication_cache" },
    title: "a purge takes the messages and forgets their ids",
    run: async (queues) => {
      const queue = await queues.createQueue();
      await queue.send({ group: "a", body: "one", dedup: "id" });
      await queue.purge();
      same("the same id again", await sendAndTake(queue, "a", "two", "id"), ["two"]);
    },
  },
];

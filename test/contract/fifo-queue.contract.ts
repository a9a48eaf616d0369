/** Groups, visibility and receipts of a FIFO queue. Nothing is said about order across groups. */
import { bodies, collect, ofGroup, type QueueScenario, same, sendAll, within } from "./scenario.ts";
import type { QueueUnderTest } from "./under-test.ts";

const needs = "queues";

const groupScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "1a", needs, fact: "2.6; fifo_messages_in_order_after_timeout" },
    title: "one receive brings several messages of a group, in order, and again once they lapse",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ visibilitySeconds: 2 });
      await sendAll(queue, "a-1", "a-2", "a-3");
      same("one receive", bodies(await queue.receive({ max: 10 })), ["a-1", "a-2", "a-3"]);
      await time.pass(3);
      same("after the timeout", bodies(await queue.receive({ max: 10 })), ["a-1", "a-2", "a-3"]);
    },
  },
  {
    ...{ id: "1b", needs, fact: "2.6; fifo_receive_message_group_id_ordering" },
    title: "a receive brings each group as one run, whatever was sent in between",
    run: async (queues) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1", "b-1", "a-2", "a-3");
      const received = await queue.receive({ max: 10 });
      same("group a", ofGroup(received, "a"), ["a-1", "a-2", "a-3"]);
      same("group b", ofGroup(received, "b"), ["b-1"]);
      const groups = bodies(received).map((body) => body[0]);
      same("runs", groups.filter((group, at) => group !== groups[at - 1]).length, 2);
    },
  },
  {
    ...{ id: "2a", needs, fact: "2.7; fifo_message_group_visibility" },
    title: "a message in flight holds back what is sent to its group later; deleting it frees it",
    run: async (queues) => {
      const queue = await queues.createQueue({ visibilitySeconds: 60 });
      await sendAll(queue, "a-1");
      const [first] = await queue.receive();
      await sendAll(queue, "a-2", "b-1");
      same("meanwhile", bodies(await queue.receive({ max: 10 })), ["b-1"]);
      await queue.remove(first!);
      same("after the delete", bodies(await queue.receive({ max: 10 })), ["a-2"]);
    },
  },
  {
    ...{ id: "2b", needs, fact: "2.7; fifo_receive_message_visibility_timeout_shared_in_group" },
    title: "two of four in flight hold back the other two, and no other group",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ visibilitySeconds: 2 });
      await sendAll(queue, "a-1", "a-2", "a-3", "a-4");
      await within(time, 2, async () => {
        same("a receive of two", bodies(await queue.receive({ max: 2 })), ["a-1", "a-2"]);
        await sendAll(queue, "b-1");
        same("the next receive", bodies(await queue.receive({ max: 10 })), ["b-1"]);
      });
      await time.pass(3);
      const all = await queue.receive({ max: 10 });
      same("after the timeout", ofGroup(all, "a"), ["a-1", "a-2", "a-3", "a-4"]);
    },
  },
  {
    ...{ id: "3a", needs, fact: "fifo_message_group_visibility_after_delete" },
    title: "a group goes on once all that was in flight is deleted",
    run: async (queues) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1", "a-2", "a-3", "a-4");
      const received = await queue.receive({ max: 2 });
      same("a receive of two", bodies(received), ["a-1", "a-2"]);
      for (const message of received) await queue.remove(message);
      same("after both deletes", bodies(await queue.receive({ max: 10 })), ["a-3", "a-4"]);
    },
  },
  {
    ...{ id: "3b", needs, fact: "fifo_message_group_visibility_after_partial_delete" },
    title: "a group stays locked while one of two in flight is not deleted",
    run: async (queues) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1", "a-2", "a-3");
      const received = await queue.receive({ max: 2 });
      same("a receive of two", bodies(received), ["a-1", "a-2"]);
      await queue.remove(received[0]!);
      await sendAll(queue, "b-1");
      same("after one delete", bodies(await queue.receive({ max: 10 })), ["b-1"]);
    },
  },
];

const visibilityScenarios: readonly QueueScenario[] = [
  {
    ...{
      id: "4a",
      needs,
      fact: "2.25; fifo_message_group_visibility_after_terminate_visibility_timeout",
    },
    title: "visibility 0 brings back the first of two in flight, and not the second",
    run: async (queues) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1", "a-2");
      const received = await queue.receive({ max: 2 });
      same("a receive of two", bodies(received), ["a-1", "a-2"]);
      same("the change", await queue.hide(received[0]!, 0), "ok");
      same("the next receive", bodies(await queue.receive({ max: 10 })), ["a-1"]);
    },
  },
  {
    ...{ id: "4b", needs, fact: "fifo_message_group_visibility_after_change_message_visibility" },
    title: "a shorter visibility brings the first of two back when it ends, and not before",
    run: async (queues, time) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1", "a-2");
      const received = await queue.receive({ max: 2 });
      same("a receive of two", bodies(received), ["a-1", "a-2"]);
      await within(time, 2, async () => {
        await queue.hide(received[0]!, 2);
        same("before it ends", bodies(await queue.receive({ max: 10 })), []);
      });
      await time.pass(3);
      same("after it", bodies(await queue.receive({ max: 10 })), ["a-1"]);
    },
  },
  {
    ...{
      id: "4c",
      needs,
      fact: "2.25; fifo_group_visibility_extends_with_change_message_visibility",
    },
    title: "a longer visibility of one message holds back all behind it, and nothing before it",
    run: async (queues, time) => {
      const rest = [[], ["0-1"], ["0-1", "0-2"]];
      const watched: QueueUnderTest[] = [];
      for (const place of [0, 1, 2]) {
        const queue = await queues.createQueue({ visibilitySeconds: 2 });
        await sendAll(queue, "0-1", "0-2", "0-3");
        await within(time, 2, async () => {
          const received = await queue.receive({ max: 10 });
          same("one receive", bodies(received), ["0-1", "0-2", "0-3"]);
          await queue.hide(received[place]!, 60);
        });
        watched.push(queue);
      }
      await time.pass(3);
      for (const [place, queue] of watched.entries()) {
        const seen = bodies(await queue.receive({ max: 10 }));
        same(`number ${place + 1} hidden for longer`, seen, rest[place]);
      }
    },
  },
  {
    ...{ id: "4d", needs, fact: "fifo_receive_message_with_zero_visibility_timeout" },
    title: "what is received with visibility 0 is there again at once, in order",
    run: async (queues) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1", "b-1", "a-2");
      await queue.receive({ max: 2, visibilitySeconds: 0 });
      const all = await queue.receive({ max: 10, visibilitySeconds: 0 });
      same("group a", ofGroup(all, "a"), ["a-1", "a-2"]);
      same("group b", ofGroup(all, "b"), ["b-1"]);
    },
  },
];

const receiptScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "5a", needs, fact: "fifo_delete_after_visibility_timeout" },
    title: "a FIFO queue refuses to delete by an expired receipt, and keeps the message",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ visibilitySeconds: 2 });
      await sendAll(queue, "a-1");
      const [late] = await queue.receive();
      await time.pass(3);
      same("the delete", await queue.remove(late!), "InvalidParameterValue");
      same("the queue", bodies(await queue.receive()), ["a-1"]);
    },
  },
  {
    ...{ id: "5b", needs, fact: "delete_after_visibility_timeout" },
    title: "a standard queue takes an expired receipt, and deletes",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ kind: "standard", visibilitySeconds: 2 });
      await queue.send({ body: "one" });
      const [late] = await queue.receive();
      await time.pass(3);
      same("the delete", await queue.remove(late!), "ok");
      same("the queue", bodies(await queue.receive()), []);
    },
  },
  {
    ...{ id: "5c", needs, fact: "fifo_delete_after_visibility_timeout_extended" },
    title: "a receipt lives as long as a visibility that was made longer",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ visibilitySeconds: 2 });
      await sendAll(queue, "a-1");
      const [message] = await queue.receive();
      await queue.hide(message!, 60);
      await time.pass(3);
      same("the delete", await queue.remove(message!), "ok");
      same("the queue", bodies(await queue.receive()), []);
    },
  },
  {
    ...{ id: "13a", needs, fact: "inflight_message_requeue" },
    title: "a message that comes back is ahead of what was sent meanwhile",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ visibilitySeconds: 2 });
      await sendAll(queue, "a-1");
      await queue.receive();
      await sendAll(queue, "a-2");
      await time.pass(3);
      same("the next receive", bodies(await queue.receive()), ["a-1"]);
    },
  },
  {
    ...{ id: "13b", needs, fact: "fifo_empty_message_groups_added_back_to_queue" },
    title: "a group that was emptied takes and gives messages again",
    run: async (queues, time) => {
      const queue = await queues.createQueue();
      await sendAll(queue, "a-1");
      same("the first", bodies(await collect(time, queue, 1)), ["a-1"]);
      same("the empty group", bodies(await queue.receive()), []);
      await sendAll(queue, "a-2");
      same("the next receive", bodies(await queue.receive()), ["a-2"]);
    },
  },
  {
    ...{ id: "13c", needs, slow: true, fact: "2.5; message_retention_fifo" },
    title: "a message older than the retention period is gone without a word",
    run: async (queues, time) => {
      const queue = await queues.createQueue({ retentionSeconds: 60 });
      await sendAll(queue, "a-1", "b-1");
      await time.pass(30);
      await sendAll(queue, "a-2");
      await time.pass(35);
      same("after it", bodies(await queue.receive({ max: 10 })), ["a-2"]);
    },
  },
];

export const queueScenarios: readonly QueueScenario[] = [
  ...groupScenarios,
  ...visibilityScenarios,
  ...receiptScenarios,
];

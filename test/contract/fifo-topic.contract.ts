/** A FIFO topic: what it takes for one message, and how it reaches its queues. */
import { bodies, collect, type QueueScenario, same } from "./scenario.ts";
import type { QueuesUnderTest } from "./under-test.ts";

const needs = "queues";

const entry = (group: string, body: string, dedup = `${group}-${body}`) => ({ group, body, dedup });

/** A topic with one queue of its own, whose deduplication hides nothing of the topic's. */
const createFanOut = async (queues: QueuesUnderTest, scope?: "Topic" | "MessageGroup") => {
  const topic = await queues.createTopic(scope);
  const queue = await queues.createQueue({
    scope: "messageGroup",
    throughput: "perMessageGroupId",
  });
  same("subscribing", await topic.subscribe(queue), "ok");
  return { topic, queue };
};

const deliveryScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "16a", needs, fact: "1.6; publish_batch_messages_from_fifo_topic_to_fifo_queue" },
    title: "a batch arrives in its order; published again it is accepted and not delivered",
    run: async (queues, time) => {
      const { topic, queue } = await createFanOut(queues);
      const batch = [entry("a", "1"), entry("a", "2"), entry("a", "3")];
      same("the batch", await topic.publish(batch), ["ok", "ok", "ok"]);
      same("delivered", bodies(await collect(time, queue, 3)), ["1", "2", "3"]);
      same("again", await topic.publish(batch), ["ok", "ok", "ok"]);
      await topic.publish([entry("a", "end")]);
      same("delivered then", bodies(await collect(time, queue, "end")), ["end"]);
    },
  },
  {
    ...{ id: "16b", needs, fact: "1.3; message_to_fifo_sqs_ordering" },
    title: "five queues see ten messages of a group in the same order",
    run: async (queues, time) => {
      const topic = await queues.createTopic();
      const five = await Promise.all(Array.from({ length: 5 }, () => queues.createQueue()));
      for (const queue of five) await topic.subscribe(queue);
      const names = Array.from({ length: 10 }, (_, index) => String(index));
      for (const name of names) await topic.publish([entry("a", name)]);
      for (const [index, queue] of five.entries()) {
        same(`queue ${index + 1}`, bodies(await collect(time, queue, 10)), names);
      }
    },
  },
  {
    ...{ id: "16c", needs, fact: "1.15; publish_fifo_messages_to_dlq" },
    title: "what cannot be delivered goes to the subscription's dead-letter queue, in order",
    run: async (queues, time) => {
      const topic = await queues.createTopic();
      const queue = await queues.createQueue();
      const deadLetters = await queues.createQueue();
      await topic.subscribe(queue, { deadLetters });
      await queue.destroy();
      const batch = [entry("a", "1"), entry("a", "2"), entry("a", "3")];
      same("the batch", await topic.publish(batch), ["ok", "ok", "ok"]);
      same("undelivered", bodies(await collect(time, deadLetters, 3)), ["1", "2", "3"]);
    },
  },
  {
    ...{ id: "16d", needs, fact: "1.11; publish_fifo_messages_to_dlq" },
    title: "group and deduplication id travel with a raw message, as SQS attributes",
    run: async (queues, time) => {
      const { topic, queue } = await createFanOut(queues);
      await topic.publish([entry("a", "1", "id")]);
      const [message] = await collect(time, queue, 1);
      same("body, group, id", [message?.body, message?.group, message?.dedup], ["1", "a", "id"]);
    },
  },
];

const deduplicationScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "16e", needs, fact: "1.3; publish_to_fifo_topic_deduplication_on_topic_level" },
    title: "by default the same id in another group is dropped by the topic",
    run: async (queues, time) => {
      const { topic, queue } = await createFanOut(queues);
      await topic.publish([entry("a", "1", "id")]);
      same("the first", bodies(await collect(time, queue, 1)), ["1"]);
      same("in another group", await topic.publish([entry("b", "2", "id")]), ["ok"]);
      await topic.publish([entry("b", "end")]);
      same("delivered", bodies(await collect(time, queue, "end")), ["end"]);
    },
  },
  {
    ...{ id: "16f", needs, fact: "1.3" },
    title: "with the scope MessageGroup an id is a group's own",
    run: async (queues, time) => {
      const { topic, queue } = await createFanOut(queues, "MessageGroup");
      await topic.publish([entry("a", "1", "id")]);
      same("the first", bodies(await collect(time, queue, 1)), ["1"]);
      await topic.publish([entry("b", "2", "id")]);
      await topic.publish([entry("b", "end")]);
      same("in another group", bodies(await collect(time, queue, "end")), ["2", "end"]);
    },
  },
  {
    ...{ id: "16g", needs, fact: "1.9" },
    title: "a subscriber that came later gets no duplicate of what it missed",
    run: async (queues, time) => {
      const { topic, queue } = await createFanOut(queues);
      await topic.publish([entry("a", "1", "id")]);
      await collect(time, queue, 1);
      const late = await queues.createQueue();
      await topic.subscribe(late);
      await topic.publish([entry("a", "1", "id")]);
      await topic.publish([entry("a", "end")]);
      same("the late one got", bodies(await collect(time, late, "end")), ["end"]);
    },
  },
  {
    ...{ id: "16h", needs, fact: "1.11; fifo_topic_to_regular_sqs" },
    title: "a standard queue may subscribe, and gets no duplicate either",
    run: async (queues, time) => {
      const topic = await queues.createTopic();
      const queue = await queues.createQueue({ kind: "standard" });
      same("subscribing", await topic.subscribe(queue), "ok");
      await topic.publish([entry("a", "1", "id")]);
      same("the first", bodies(await collect(time, queue, 1)), ["1"]);
      await topic.publish([entry("a", "1", "id")]);
      await topic.publish([entry("a", "end")]);
      same("delivered then", bodies(await collect(time, queue, "end")), ["end"]);
    },
  },
  {
    ...{ id: "16i", needs, slow: true, fact: "1.9" },
    title: "more than five minutes later the same id is a new message",
    run: async (queues, time) => {
      const { topic, queue } = await createFanOut(queues);
      await topic.publish([entry("a", "1", "id")]);
      same("the first", bodies(await collect(time, queue, 1)), ["1"]);
      await time.pass(330);
      await topic.publish([entry("a", "2", "id")]);
      same("after 5.5 minutes", bodies(await collect(time, queue, 1)), ["2"]);
    },
  },
  {
    ...{ id: "16j", needs, fact: "1.16; validations_for_fifo" },
    notForModels: "the models have FIFO topics and nothing that could be subscribed wrongly",
    title: "a standard dead-letter queue is refused for a FIFO subscription",
    run: async (queues) => {
      const topic = await queues.createTopic();
      const queue = await queues.createQueue();
      const deadLetters = await queues.createQueue({ kind: "standard" });
      same("subscribing", await topic.subscribe(queue, { deadLetters }), "InvalidParameter");
    },
  },
];

export const topicScenarios: readonly QueueScenario[] = [
  ...deliveryScenarios,
  ...deduplicationScenarios,
];

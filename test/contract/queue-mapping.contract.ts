/**
 * Lambda's event source mapping of a FIFO queue: over the models it is the simulation's, over an
 * endpoint the embedded runtime's.
 */
import { bodies, collect, type QueueScenario, same, until, within } from "./scenario.ts";
import type { InvokedRecord, QueuesUnderTest, QueueUnderTest, Time } from "./under-test.ts";

const needs = "queues";

/** The shape of an event, as far as the simulated mapping reads it. */
const body = (sequence: number) => JSON.stringify({ subject: "a", sequence });
const numberOf = (record: { body: string }) => Number(JSON.parse(record.body).sequence);
const failures = (records: readonly InvokedRecord[]) => ({
  batchItemFailures: records.map(({ id }) => ({ itemIdentifier: id })),
});

/** Long enough for a batch to be run and deleted in, and not too long to be waited for. */
const VISIBILITY_SECONDS = 4;
const LAPSE_SECONDS = VISIBILITY_SECONDS + 1;

const createSource = async (
  queues: QueuesUnderTest,
  count: number,
  { maxReceiveCount = 5, visibilitySeconds = VISIBILITY_SECONDS } = {},
) => {
  const dead = await queues.createQueue();
  const redrive = { maxReceiveCount, to: dead };
  const queue = await queues.createQueue({ visibilitySeconds, redrive });
  for (let number = 1; number <= count; number++) {
    await queue.send({ group: "a", body: body(number), dedup: `${number}` });
  }
  return { queue, dead };
};

/**
 * Runs the mapping until `last` batches ran; answers these as `number` or `number×receives`. Each of
 * them has to be run and deleted in its visibility timeout, and each but the first waits one out.
 */
const watch = async (
  { queues, time, queue }: { queues: QueuesUnderTest; time: Time; queue: QueueUnderTest },
  last: number,
  answer: (records: readonly InvokedRecord[], batch: number) => unknown,
): Promise<string[]> => {
  const seen: string[] = [];
  await within(time, last * VISIBILITY_SECONDS, async () => {
    const stop = await queues.map(queue, async (records) => {
      const names = records.map((record) => {
        const { receiveCount } = record;
        return receiveCount === 1 ? `${numberOf(record)}` : `${numberOf(record)}×${receiveCount}`;
      });
      seen.push(`[${names.join(",")}]`);
      return answer(records, seen.length);
    });
    await until(time, () => seen.length >= last);
    await stop();
  });
  return seen.slice(0, last);
};

const oneBadAnswer = (
  id: string,
  title: string,
  fact: string,
  bad: () => unknown,
): QueueScenario => ({
  ...{ id, needs, title, fact },
  run: async (queues, time) => {
    const { queue } = await createSource(queues, 2);
    const seen = await watch({ queues, time, queue }, 2, (_records, batch) =>
      batch === 1 ? bad() : {},
    );
    same("batches", seen, ["[1,2]", "[1×2,2×2]"]);
    await time.pass(LAPSE_SECONDS);
    same("left after the good answer", bodies(await queue.receive({ max: 10 })), []);
  },
});

const fail = () => {
  throw new Error("the function failed");
};

export const mappingScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "14a", needs, fact: "3.7, 3.8; report_batch_item_failures" },
    title: "what is reported comes back with a receive more, the rest is deleted, the spent die",
    run: async (queues, time) => {
      const { queue, dead } = await createSource(queues, 4, { maxReceiveCount: 2 });
      const seen = await watch({ queues, time, queue }, 2, (records, batch) =>
        failures(records.filter((record) => numberOf(record) > (batch === 1 ? 1 : 3))),
      );
      same("batches", seen, ["[1,2,3,4]", "[2×2,3×2,4×2]"]);
      await time.pass(LAPSE_SECONDS);
      await queue.receive({ max: 10 });
      same("dead", (await collect(time, dead, 1)).map(numberOf), [4]);
    },
  },
  oneBadAnswer(
    "15a",
    "a function that throws fails its whole batch, which comes back after its visibility",
    "3.7; report_batch_item_failures_on_lambda_error, failing_lambda_retries_after_visibility_timeout",
    fail,
  ),
  oneBadAnswer(
    "15b",
    "a malformed answer fails the whole batch",
    "3.7; report_batch_item_failures_invalid_result_json_batch_fails",
    () => ({ batchItemFailures: [{ itemIdentifier: "" }] }),
  ),
  {
    ...{ id: "15c", needs, fact: "3.7; report_batch_item_failures_empty_json_batch_succeeds" },
    title: "an empty object is success: the whole batch is deleted",
    run: async (queues, time) => {
      const { queue } = await createSource(queues, 3);
      const seen = await watch({ queues, time, queue }, 1, () => ({}));
      same("batches", seen, ["[1,2,3]"]);
      await time.pass(LAPSE_SECONDS);
      same("left", bodies(await queue.receive({ max: 10 })), []);
    },
  },
  {
    ...{ id: "15d", needs, fact: "3.2; fifo_message_group_parallelism" },
    title: "three pollers never run two batches of a group at once",
    run: async (queues, time) => {
      const { queue } = await createSource(queues, 2, { visibilitySeconds: 60 });
      let running = 0;
      let most = 0;
      let ran = 0;
      const stop = await queues.map(
        queue,
        async (records) => {
          most = Math.max(most, ++running);
          await time.later(0.3);
          running--;
          ran += records.length;
          return {};
        },
        { pollers: 3 },
      );
      await until(time, () => running > 0);
      await queue.send({ group: "a", body: body(3), dedup: "3" });
      await until(time, () => ran >= 3);
      await stop();
      same("records run", ran, 3);
      same("at once", most, 1);
    },
  },
];

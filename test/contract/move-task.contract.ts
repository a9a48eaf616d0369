/** Redrive by StartMessageMoveTask, as LocalStack's twelve AWS-validated tests of it have it. */
import { createPipe } from "./dead-letter.contract.ts";
import { bodies, collect, type QueueScenario, same, sendAll, until } from "./scenario.ts";
import type {
  MoveOptions,
  MoveUnderTest,
  QueuesUnderTest,
  QueueUnderTest,
  Time,
} from "./under-test.ts";

const needs = "queues";
const notForModels = "the simulated operator starts nothing that is refused";

const start = async (
  queues: QueuesUnderTest,
  from: QueueUnderTest,
  options: MoveOptions = {},
): Promise<MoveUnderTest> => {
  const task = await queues.move(from, options);
  if (typeof task !== "string") return task;
  same("starting a move task", task, "ok");
  throw new Error("not reached");
};

/** SQS itself moves them: one receive delivers, the next one moves. */
const die = async (source: QueueUnderTest, ...names: readonly string[]) => {
  const ids = await sendAll(source, ...names);
  for (let receive = 0; receive <= names.length; receive++) {
    await source.receive({ max: 10, visibilitySeconds: 0 });
  }
  return ids;
};

/** One a second takes them nine seconds: time enough to step in. */
const TEN = [..."abcdefghij"].map((group) => `${group}-1`);

const createDead = async (queues: QueuesUnderTest, ...names: readonly string[]) => {
  const { source, dead } = await createPipe(queues, 1);
  return { source, dead, ids: await die(source, ...names) };
};

const ended = async (time: Time, task: MoveUnderTest): Promise<string> => {
  await until(time, async () => (await task.status()).status !== "RUNNING");
  return (await task.status()).status;
};

const redriveScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "17a", needs, notForModels, fact: "2.10; source_needs_redrive_policy" },
    title: "a queue that is nobody's dead-letter queue is refused",
    run: async (queues) => {
      const [from, to] = [await queues.createQueue(), await queues.createQueue()];
      same("the task", await queues.move(from, { to }), "InvalidParameterValue");
    },
  },
  {
    ...{ id: "17b", needs, notForModels, fact: "destination_needs_to_exist" },
    title: "a destination that does not exist is refused",
    run: async (queues) => {
      const { dead } = await createPipe(queues, 1);
      const to = await queues.createQueue();
      await to.destroy();
      same("the task", await queues.move(dead, { to }), "ResourceNotFound");
    },
  },
  {
    ...{ id: "17c", needs, fact: "2.12, 2.26; move_task_workflow_with_default_destination" },
    title: "without a destination all go back to their source, in order, as new messages",
    run: async (queues, time) => {
      const { source, dead, ids } = await createDead(queues, "a-1", "a-2");
      const task = await start(queues, dead);
      const back = await collect(time, source, 2);
      same("the source", bodies(back), ["a-1", "a-2"]);
      same("ids kept", back.filter(({ messageId }) => ids.includes(messageId)).length, 0);
      const counts = back.map(({ receiveCount }) => receiveCount);
      same("receives", counts, [1, 1]);
      same("the task", await ended(time, task), "COMPLETED");
      same("moved", (await task.status()).moved, 2);
      same("the dead-letter queue", bodies(await dead.receive()), []);
    },
  },
  {
    ...{ id: "17d", needs, fact: "basic_move_task_workflow" },
    title: "with a destination all go there",
    run: async (queues, time) => {
      const { dead } = await createDead(queues, "a-1", "b-1");
      const to = await queues.createQueue();
      const task = await start(queues, dead, { to });
      same("there", bodies(await collect(time, to, 2)).toSorted(), ["a-1", "b-1"]);
      same("the task", await ended(time, task), "COMPLETED");
    },
  },
  {
    ...{
      id: "17e",
      needs,
      fact: "move_task_workflow_with_multiple_sources_as_default_destination",
    },
    title: "from a dead-letter queue of two sources each message goes back to its own",
    run: async (queues, time) => {
      const { source, dead } = await createDead(queues, "a-1");
      const redrive = { maxReceiveCount: 1, to: dead };
      const other = await queues.createQueue({ redrive });
      await die(other, "b-1");
      await start(queues, dead);
      same("the one", bodies(await collect(time, source, 1)), ["a-1"]);
      same("the other", bodies(await collect(time, other, 1)), ["b-1"]);
    },
  },
  {
    ...{ id: "17f", needs, fact: "2.23" },
    title: "a message that was put there by hand has no source, and the task fails",
    run: async (queues, time) => {
      const { dead } = await createPipe(queues, 1);
      await sendAll(dead, "a-1");
      const task = await start(queues, dead);
      same("the task", await ended(time, task), "FAILED");
      const { reason = "none" } = await task.status();
      same("the reason", reason.split(".").at(-1), "CouldNotDetermineMessageSource");
      same("the dead-letter queue", bodies(await dead.receive()), ["a-1"]);
    },
  },
];

const runningScenarios: readonly QueueScenario[] = [
  {
    ...{ id: "17g", needs, fact: "2.10; move_task_with_throughput_limit" },
    title: "one a second moves three in two seconds at least, the oldest first",
    run: async (queues, time) => {
      const { source, dead } = await createPipe(queues, 1);
      for (const name of ["b-1", "c-1", "a-1"]) {
        await die(source, name);
        await time.pass(0.01);
      }
      const to = await queues.createQueue();
      const fromMs = time.nowMs();
      await start(queues, dead, { to, perSecond: 1 });
      same("there", bodies(await collect(time, to, 3)), ["b-1", "c-1", "a-1"]);
      same("in less than two seconds", time.nowMs() - fromMs < 1_900, false);
    },
  },
  {
    ...{ id: "17h", needs, fact: "move_task_cancel" },
    title: "a cancelled task leaves the rest where it is",
    run: async (queues, time) => {
      const { dead } = await createDead(queues, ...TEN);
      const to = await queues.createQueue();
      const task = await start(queues, dead, { to, perSecond: 1 });
      same("moved before", (await collect(time, to, 1)).length > 0, true);
      same("cancelling", await task.cancel(), "ok");
      await until(time, async () => (await task.status()).status === "CANCELLED");
      same("the task", (await task.status()).status, "CANCELLED");
      const left = (await dead.receive({ max: 10 })).length > 0;
      same("the rest", left ? "left" : "moved", "left");
    },
  },
  {
    ...{ id: "17i", needs, notForModels, fact: "2.10; start_multiple_move_tasks" },
    title: "a second task from the same queue is refused while one runs",
    run: async (queues) => {
      const { dead } = await createDead(queues, ...TEN);
      const to = await queues.createQueue();
      const task = await start(queues, dead, { to, perSecond: 1 });
      same("the second", await queues.move(dead, { to }), "InvalidParameterValue");
      await task.cancel();
    },
  },
  {
    ...{ id: "17j", needs, fact: "move_task_delete_destination_queue_while_running" },
    title: "a task fails when its destination is deleted, and the rest stays",
    run: async (queues, time) => {
      const { dead } = await createDead(queues, ...TEN);
      const to = await queues.createQueue();
      const task = await start(queues, dead, { to, perSecond: 1 });
      await to.destroy();
      same("the task", await ended(time, task), "FAILED");
      const left = (await dead.receive({ max: 10 })).length > 0;
      same("the rest", left ? "left" : "moved", "left");
    },
  },
];

export const moveScenarios: readonly QueueScenario[] = [...redriveScenarios, ...runningScenarios];

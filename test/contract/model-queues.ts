/** The simulation's models of SQS, SNS and Lambda's mapping, as a scenario sees them. */
import { createHash } from "node:crypto";
import { readBatchResponse } from "../../local/batch-response.ts";
import type { Bus, ConsumerState } from "../sim/bus.ts";
import { type FifoQueue, fifoQueue } from "../sim/fifo-queue.ts";
import { fifoTopic } from "../sim/fifo-topic.ts";
import { moveTask } from "../sim/move-task.ts";
import { startMapping } from "../sim/queue-mapping.ts";
import type {
  Entry,
  FunctionUnderTest,
  MoveOptions,
  MoveUnderTest,
  QueueOptions,
  QueuesUnderTest,
  QueueUnderTest,
  TopicUnderTest,
} from "./under-test.ts";

type ModelQueue = QueueUnderTest & {
  readonly model: FifoQueue;
  readonly put: (entry: Entry) => void;
  readonly gone: () => boolean;
  /** Told after whatever may make a message visible. */
  readonly listeners: Set<() => void>;
};

const NEVER_MS = Number.MAX_SAFE_INTEGER;

const contentId = (body: string) => createHash("sha256").update(body).digest("hex");

const createQueue = (bus: Bus, name: string, options: QueueOptions): ModelQueue => {
  const { visibilitySeconds = 30, redrive, retentionSeconds, kind = "fifo" } = options;
  const settings = {
    name,
    visibilityMs: visibilitySeconds * 1_000,
    dedupScope: options.scope === "messageGroup" ? ("group" as const) : ("queue" as const),
    ...(retentionSeconds === undefined ? {} : { retentionMs: retentionSeconds * 1_000 }),
    ...(redrive === undefined
      ? {}
      : {
          redrive: {
            maxReceiveCount: redrive.maxReceiveCount,
            to: (redrive.to as ModelQueue).model,
          },
        }),
  };
  const model = fifoQueue(settings, bus.ids);
  const listeners = new Set<() => void>();
  let gone = false;
  const nowMs = () => bus.clock.nowMs();
  const told = <T>(answer: T): T => {
    for (const listener of listeners) listener();
    return answer;
  };
  // A standard queue is one in which each message is a group of its own.
  const put = ({ group = "g", dedup, body }: Entry) => {
    const standard = { groupId: bus.ids(), dedupId: bus.ids(), body };
    const fifo = { groupId: group, dedupId: dedup ?? contentId(body), body };
    told(model.send(kind === "standard" ? standard : fifo, nowMs()));
  };
  return {
    ...{ name, model, put, listeners, gone: () => gone },
    send: async (entry) => {
      put(entry);
      return model.messages().find(({ body }) => body === entry.body)?.messageId ?? "";
    },
    receive: async ({ max = 1, visibilitySeconds: hidden } = {}) => {
      const visibilityMs = hidden === undefined ? undefined : hidden * 1_000;
      const messages = model.receive(max, nowMs(), bus.random.next, visibilityMs);
      return messages.map(({ groupId, dedupId, ...message }) => ({
        ...message,
        group: groupId,
        dedup: dedupId,
      }));
    },
    remove: async ({ receipt, messageId }) => {
      if (model.remove(receipt, nowMs()) === "removed") return told("ok");
      if (kind === "fifo") return "InvalidParameterValue";
      const message = model.messages().find((found) => found.messageId === messageId);
      if (message !== undefined) model.discard(message);
      return "ok";
    },
    hide: async ({ receipt }, seconds) =>
      told(model.hide(receipt, seconds, nowMs()) === "hidden" ? "ok" : "InvalidParameterValue"),
    purge: async () => model.purge(),
    // The model has the scope it was made with: on AWS too a switch is not seen at once.
    switchScope: async () => {},
    destroy: async () => {
      gone = true;
    },
  };
};

const createTopic = (bus: Bus, scope: "Topic" | "MessageGroup"): TopicUnderTest => {
  const topic = fifoTopic(scope === "Topic" ? "topic" : "group", bus.clock);
  return {
    subscribe: async (queue, { deadLetters } = {}) => {
      const [to, undelivered] = [queue as ModelQueue, deadLetters as ModelQueue | undefined];
      const subscribedMs = bus.clock.nowMs();
      topic.subscribe({
        sinceMs: () => subscribedMs,
        deniedUntilMs: () => 0,
        send: () => ({
          delayMs: 1 + bus.random.below(20),
          arrive: ({ groupId, dedupId, body }) =>
            (to.gone() ? undelivered : to)?.put({ group: groupId, dedup: dedupId, body }),
        }),
      });
      return "ok";
    },
    publish: async (entries) => {
      for (const { group = "g", dedup, body } of entries) {
        topic.publish({ groupId: group, dedupId: dedup, body });
      }
      return entries.map(() => "ok");
    },
  };
};

type Registry = ReadonlyMap<string, ModelQueue>;

const startMove = (
  { clock, ids }: Bus,
  queues: Registry,
  from: ModelQueue,
  { to, perSecond = 500 }: MoveOptions,
): MoveUnderTest => {
  const step = moveTask({
    from: from.model,
    queueFor: ({ movedFrom = "" }) => {
      const queue = (to as ModelQueue | undefined) ?? queues.get(movedFrom);
      return queue?.gone() === false ? queue.model : undefined;
    },
    ids,
  });
  let state: { status: string; reason?: string } = { status: "RUNNING" };
  let moved = 0;
  const run = async () => {
    while (state.status === "RUNNING") {
      const result = step(clock.nowMs());
      if (result.kind === "completed") state = { status: "COMPLETED" };
      if (result.kind === "failed") state = { status: "FAILED", reason: result.reason };
      if (result.kind !== "moved") return;
      moved++;
      await clock.sleep(1_000 / perSecond);
    }
  };
  void run();
  return {
    status: async () => ({ ...state, moved }),
    cancel: async () => {
      state = { status: "CANCELLED" };
      return "ok";
    },
  };
};

/** The simulated mapping takes ids; the embedded runtime's reader tells which an answer names. */
const map = (bus: Bus, queue: ModelQueue, run: FunctionUnderTest, pollers: number) => {
  const base = bus.consumers[0] as ConsumerState;
  const spec = { ...base.spec, pollers };
  const consumer: ConsumerState = { ...base, spec, queue: queue.model, pausedUntilMs: 0 };
  startMapping(bus, consumer, async (_context, messages) => {
    const records = messages.map(({ messageId, body, receiveCount }) => ({
      ...{ id: messageId, body, receiveCount },
    }));
    const answer = JSON.stringify(await run(records));
    const outcome = readBatchResponse(
      answer,
      records.map(({ id }) => id),
    );
    if (outcome.kind === "failed") throw new Error("malformed");
    return outcome.kind === "succeeded" ? [] : [...outcome.failedIds];
  });
  const wake = () => consumer.wake();
  queue.listeners.add(wake);
  return async () => {
    consumer.pausedUntilMs = NEVER_MS;
    queue.listeners.delete(wake);
  };
};

export const modelQueues = (bus: Bus): QueuesUnderTest => {
  const queues = new Map<string, ModelQueue>();
  return {
    createQueue: async (options = {}) => {
      const queue = createQueue(bus, `queue-${queues.size + 1}`, options);
      queues.set(queue.name, queue);
      return queue;
    },
    createTopic: async (scope = "Topic") => createTopic(bus, scope),
    move: async (from, options = {}) => startMove(bus, queues, from as ModelQueue, options),
    map: async (queue, run, { pollers = 1 } = {}) => map(bus, queue as ModelQueue, run, pollers),
  };
};

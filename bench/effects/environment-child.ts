/**
 * One execution environment: a process with one consumer's function, which works through its queue
 * a batch at a time. It warms up first, says so, and waits for the word to go; then it answers with
 * what it measured. What it prints is the function's.
 */
import { once } from "node:events";
import type { FifoQueue } from "../../test/sim/fifo-queue.ts";
import { arrivalsOf, benchQueue, lambdaContext, type Mode, workThrough } from "./bench-queue.ts";
import { functionEnvironment, openFunction } from "./open-function.ts";
import { startQueueEndpoint } from "./queue-endpoint.ts";
import type { ShopEvent } from "./shop-events.ts";
import type { EnvironmentSpec, QueueFunction } from "./sides.ts";

export type EnvironmentWork = {
  readonly spec: EnvironmentSpec;
  readonly dynamoUrl: string;
  readonly mode: Mode;
  /** Done before anything is measured: an environment serves thousands of batches. */
  readonly warmUp: readonly ShopEvent[];
  readonly events: readonly ShopEvent[];
};

export type EnvironmentResult = {
  /** In the function, from each invocation's start to its answer. */
  readonly seconds: number;
  readonly batches: number;
  /** Requests to SQS: by Lambda, and by the function's own code. */
  readonly receives: number;
  readonly deletes: number;
  readonly ownQueueCalls: number;
};

export type FromEnvironment =
  | { readonly kind: "warm" }
  | { readonly kind: "done"; readonly result: EnvironmentResult };

const TOO_BUSY =
  "a message came back although nothing was made to fail: a call had no answer within the client's timeout. Measure on a machine with less to do.";

const measure = async (
  { spec, mode }: EnvironmentWork,
  events: readonly ShopEvent[],
  { queue, handler }: { readonly queue: FifoQueue; readonly handler: QueueFunction },
) => {
  let ms = 0;
  const { stuck, ...count } = await workThrough(
    {
      ...{ queue, consumer: spec.consumer, nowMs: Date.now, maxReceives: 1 },
      waitUntil: () => {
        throw new Error(TOO_BUSY);
      },
      invoke: async (records) => {
        const startedAt = performance.now();
        const answer = await handler({ Records: [...records] }, lambdaContext(spec.consumer));
        ms += performance.now() - startedAt;
        return answer;
      },
    },
    arrivalsOf(events, mode),
  );
  if (stuck) throw new Error(TOO_BUSY);
  return { ...count, seconds: ms / 1_000 };
};

const tell = (message: FromEnvironment) =>
  new Promise<void>((resolve) => process.send?.(message, () => resolve()));

const run = async (work: EnvironmentWork): Promise<void> => {
  const { spec, dynamoUrl, warmUp, events } = work;
  const queue = benchQueue(spec.consumer);
  const endpoint = await startQueueEndpoint(queue);
  Object.assign(process.env, functionEnvironment(spec, { dynamoUrl, sqsUrl: endpoint.url }));
  const parts = { queue, handler: openFunction(spec) };
  await measure(work, warmUp, parts);
  const go = once(process, "message");
  await tell({ kind: "warm" });
  await go;
  const result = await measure(work, events, parts);
  await tell({ kind: "done", result: { ...result, ownQueueCalls: endpoint.calls() } });
};

process.once("disconnect", () => process.exit(1));
process.once("message", (work: EnvironmentWork) => {
  run(work).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

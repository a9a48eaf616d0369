/**
 * A function in this process, from its start to its kill. All that it does in the world goes through
 * two endpoints of its own; a kill shuts them, so that the abandoned code can do nothing more.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { startCallCounter } from "../../test/load/count-calls.ts";
import type { FifoQueue } from "../../test/sim/fifo-queue.ts";
import { functionEnvironment, openFunction } from "./open-function.ts";
import { startQueueEndpoint } from "./queue-endpoint.ts";
import type { EnvironmentSpec } from "./sides.ts";

export type LifeOptions = {
  readonly spec: EnvironmentSpec;
  readonly queue: FifoQueue;
  readonly databaseUrl: string;
  /** Calls, and returns of invocations, before it is killed. */
  readonly callsToLive: number;
};

export type FunctionLife = {
  readonly invoke: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | "died">;
  /** Ends it and answers with the calls, and returns of invocations, that it has made. */
  readonly stop: () => Promise<number>;
};

const LONGEST_CALL_MS = 10_000;

const gateOf = (callsToLive: number) => {
  let passed = 0;
  let die = (_: "died") => {};
  const died = new Promise<"died">((resolve) => {
    die = resolve;
  });
  return {
    died,
    passed: () => passed,
    /** Rejects from the kill on. */
    pass: async (): Promise<void> => {
      if (passed < callsToLive) passed++;
      else {
        die("died");
        throw new Error("killed");
      }
    },
  };
};

export const startLife = async (options: LifeOptions): Promise<FunctionLife> => {
  const { spec, queue, databaseUrl, callsToLive } = options;
  const gate = gateOf(callsToLive);
  let sent = 0;
  const database = await startCallCounter(async () => {
    await gate.pass();
    sent++;
  });
  database.connect(databaseUrl);
  const endpoint = await startQueueEndpoint(queue, gate.pass);
  const endpoints = { dynamoUrl: database.url, sqsUrl: endpoint.url };
  Object.assign(process.env, functionEnvironment(spec, endpoints));
  const handler = openFunction(spec);
  /** What got through before the kill is done by the database, whether or not anybody listens. */
  const settle = async (): Promise<void> => {
    const deadline = performance.now() + LONGEST_CALL_MS;
    while (database.calls.length < sent) {
      if (performance.now() > deadline) throw new Error("the database does not answer");
      await sleep(1);
    }
  };
  return {
    invoke: (event, context) => {
      const answered = handler(event, context).then(async (answer) => {
        await gate.pass();
        return answer;
      });
      return Promise.race([gate.died, answered]);
    },
    stop: async () => {
      await settle();
      await Promise.all([database.stop(), endpoint.stop()]);
      return gate.passed();
    },
  };
};

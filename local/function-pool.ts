/**
 * The environments of one function: started when needed, kept warm, at most `concurrency` of them.
 * A dead one is forgotten; the next invocation starts a fresh one. When all are busy, callers wait
 * in a line of bounded length; beyond it they are throttled.
 */
import type { FunctionEnvironment } from "./function-environment.ts";
import type { FunctionError, InvocationResult } from "./function-protocol.ts";

export type FunctionPool = {
  readonly name: string;
  readonly concurrency: number;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  /** Process ids of what runs now. */
  readonly pids: () => readonly number[];
  /**
   * SIGKILL of every environment, for tests: what runs fails as a crash does, and what has only
   * begun to start is started anew.
   */
  readonly kill: () => void;
  /** Waits for what runs, then ends the environments. */
  readonly stop: () => Promise<void>;
};

export type PoolOptions = {
  readonly name: string;
  readonly concurrency: number;
  /** How many callers may wait for an environment. */
  readonly maxWaiting: number;
  readonly start: () => Promise<FunctionEnvironment | { readonly error: FunctionError }>;
};

export const createFunctionPool = (options: PoolOptions): FunctionPool => {
  const environments = new Set<FunctionEnvironment>();
  const idle: FunctionEnvironment[] = [];
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<InvocationResult>>();
  /** Places taken, an environment that is still starting included. */
  let busy = 0;
  let kills = 0;
  let stopped = false;

  const environment = async (): Promise<
    FunctionEnvironment | { readonly error: FunctionError }
  > => {
    for (let warm = idle.pop(); warm; warm = idle.pop()) if (warm.alive()) return warm;
    for (;;) {
      const killsBefore = kills;
      const fresh = await options.start();
      if ("error" in fresh) return fresh;
      environments.add(fresh);
      fresh.exited.then(() => environments.delete(fresh));
      if (kills === killsBefore) return fresh;
      fresh.kill();
    }
  };

  const invokeNow = async (event: unknown): Promise<InvocationResult> => {
    const one = await environment();
    if ("error" in one) return { kind: "initFailed", error: one.error };
    const result = await one.invoke(event);
    if (one.alive()) idle.push(one);
    return result;
  };

  const invoke = async (event: unknown): Promise<InvocationResult> => {
    if (stopped || (busy >= options.concurrency && waiting.length >= options.maxWaiting))
      return { kind: "throttled" };
    // The place is handed on by the caller that leaves it, so `busy` does not change then.
    if (busy >= options.concurrency) await new Promise<void>((turn) => waiting.push(turn));
    else busy += 1;
    const run = invokeNow(event);
    running.add(run);
    try {
      return await run;
    } finally {
      running.delete(run);
      const turn = waiting.shift();
      if (turn) turn();
      else busy -= 1;
    }
  };

  const stop = async () => {
    stopped = true;
    while (running.size > 0) await Promise.allSettled([...running]);
    const ending = [...environments];
    for (const one of ending) one.kill();
    await Promise.all(ending.map((one) => one.exited));
  };

  return {
    name: options.name,
    concurrency: options.concurrency,
    invoke,
    pids: () => [...environments].map(({ pid }) => pid),
    kill: () => {
      kills += 1;
      for (const one of environments) one.kill();
    },
    stop,
  };
};

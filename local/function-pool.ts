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

type Started = FunctionEnvironment | { readonly error: FunctionError };

export type PoolOptions = {
  readonly name: string;
  readonly concurrency: number;
  /** How many callers may wait for an environment. */
  readonly maxWaiting: number;
  readonly start: () => Promise<Started>;
};

const createEnvironments = (start: PoolOptions["start"]) => {
  const living = new Set<FunctionEnvironment>();
  const idle: FunctionEnvironment[] = [];
  let kills = 0;
  const take = async (): Promise<Started> => {
    for (let warm = idle.pop(); warm; warm = idle.pop()) if (warm.alive()) return warm;
    const killsBefore = kills;
    const fresh = await start();
    if ("error" in fresh) return fresh;
    living.add(fresh);
    fresh.exited.then(() => living.delete(fresh));
    if (kills === killsBefore) return fresh;
    fresh.kill();
    return take();
  };
  return {
    take,
    giveBack: (one: FunctionEnvironment) => {
      if (one.alive()) idle.push(one);
    },
    living: () => [...living],
    kill: () => {
      kills += 1;
      for (const one of living) one.kill();
    },
  };
};

export const createFunctionPool = (options: PoolOptions): FunctionPool => {
  const environments = createEnvironments(options.start);
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<InvocationResult>>();
  /** Places taken, an environment that is still starting included. */
  let busy = 0;
  let stopped = false;

  const invokeNow = async (event: unknown): Promise<InvocationResult> => {
    const one = await environments.take();
    if ("error" in one) return { kind: "initFailed", error: one.error };
    const result = await one.invoke(event);
    environments.giveBack(one);
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
    const ending = environments.living();
    environments.kill();
    await Promise.all(ending.map((one) => one.exited));
  };

  return {
    name: options.name,
    concurrency: options.concurrency,
    invoke,
    pids: () => environments.living().map(({ pid }) => pid),
    kill: environments.kill,
    stop,
  };
};

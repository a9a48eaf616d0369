import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { compileChildProgram } from "../../local/child-program.ts";
import { type FunctionDefinition, startEnvironment } from "../../local/function-environment.ts";
import { createFunctionPool, type FunctionPool } from "../../local/function-pool.ts";
import type { InvocationResult } from "../../local/function-protocol.ts";
import { temporaryFolder } from "./small-stack.ts";

const hostProgram = compileChildProgram("function-host", temporaryFolder());

const definition: FunctionDefinition = {
  name: "probe",
  arn: "arn:aws:lambda:us-east-1:000000000000:function:probe",
  taskRoot: join(import.meta.dirname, "fixtures", "probe-function"),
  handler: "index.call",
  // No invocation but the one that is to be late takes long, and none is judged by how long.
  timeoutSeconds: 60,
  memoryMegabytes: 128,
  environment: { ONLY: "this" },
};

const pools: FunctionPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

type PoolShape = {
  /** What is different of each environment, in the order of their starts. */
  readonly changes?: readonly Partial<FunctionDefinition>[];
  readonly maxWaiting?: number;
  /** Told of each environment before the pool has it. */
  readonly onStart?: (pool: FunctionPool) => void;
};

const poolOf = ({ changes = [], maxWaiting = 10, onStart }: PoolShape = {}): FunctionPool => {
  let starts = 0;
  const pool = createFunctionPool({
    name: "probe",
    concurrency: 1,
    maxWaiting,
    start: async () => {
      const changed = { ...definition, ...changes[starts++] };
      const onOutput = (stream: Readable) => stream.resume();
      const started = await startEnvironment(changed, { hostProgram, onOutput });
      onStart?.(pool);
      return started;
    },
  });
  pools.push(pool);
  return pool;
};

const bodyOf = (result: InvocationResult) =>
  JSON.parse(result.kind === "returned" ? JSON.parse(result.payload).body : "{}");

test("an environment is used again, and sees nothing of this process's environment", async () => {
  const pool = poolOf();
  await pool.invoke({});
  const second = bodyOf(await pool.invoke({ n: 2 }));
  expect(second).toMatchObject({ invocations: 2, event: { n: 2 } });
  // The task's folder is the working directory on Lambda as well.
  expect(second.environment).toEqual({ ONLY: "this", PWD: definition.taskRoot });
  expect(second.remainingMs).toBeGreaterThan(0);
  expect(second.remainingMs).toBeLessThanOrEqual(60_000);
});

test("a handler that blocks its thread is killed at its timeout", async () => {
  const pool = poolOf({ changes: [{ timeoutSeconds: 1 }] });
  const result = await pool.invoke({ command: "spin" });
  expect(result).toMatchObject({ kind: "failed", error: { errorType: "Sandbox.Timedout" } });
  expect(bodyOf(await pool.invoke({})).invocations).toBe(1);
});

test("a crash fails the invocation, and the next one gets a fresh environment", async () => {
  const pool = poolOf();
  const result = await pool.invoke({ command: "crash" });
  expect(result).toMatchObject({ kind: "failed", error: { errorType: "Runtime.ExitError" } });
  expect(bodyOf(await pool.invoke({})).invocations).toBe(1);
});

test("an error of the handler leaves the environment warm", async () => {
  const pool = poolOf();
  const result = await pool.invoke({ command: "throw" });
  const error = { errorType: "TypeError", errorMessage: "as told" };
  expect(result).toMatchObject({ kind: "failed", error });
  expect(bodyOf(await pool.invoke({})).invocations).toBe(2);
});

test("a kill while it runs fails the invocation", async () => {
  const pool = poolOf();
  await pool.invoke({});
  const running = pool.invoke({ command: "spin" });
  pool.kill();
  expect(await running).toMatchObject({
    kind: "failed",
    error: { errorType: "Runtime.ExitError" },
  });
});

test("a kill while it starts makes it start anew, and fails nothing", async () => {
  let starts = 0;
  const pool = poolOf({
    onStart: (starting) => {
      if (++starts === 1) starting.kill();
    },
  });
  expect(bodyOf(await pool.invoke({})).invocations).toBe(1);
  expect(starts).toBe(2);
});

test("a handler that cannot be loaded says why", async () => {
  const result = await poolOf({ changes: [{ handler: "index.broken" }] }).invoke({});
  expect(result).toMatchObject({ kind: "initFailed" });
  expect(JSON.stringify(result)).toContain("index.broken is not a function");
});

test("an environment that cannot be started says why", async () => {
  const taskRoot = "/nowhere/at-all";
  const result = await poolOf({ changes: [{ taskRoot }] }).invoke({});
  expect(result).toMatchObject({ kind: "initFailed", error: { errorType: "Runtime.StartError" } });
});

test("callers wait in line, and beyond its length they are throttled", async () => {
  const pool = poolOf({ maxWaiting: 1 });
  const results = await Promise.all([pool.invoke({}), pool.invoke({}), pool.invoke({})]);
  expect(results.map(({ kind }) => kind)).toEqual(["returned", "returned", "throttled"]);
});

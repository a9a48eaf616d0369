import { afterEach, beforeEach, expect, test } from "vitest";
import type { FunctionPool } from "../../local/function-pool.ts";
import type { InvocationResult } from "../../local/function-protocol.ts";
import { machineClock, type Repeated } from "../../local/runtime-clock.ts";
import { startSchedule } from "../../local/schedule.ts";
import { until } from "../emulators/until.ts";

const RETURNED: InvocationResult = { kind: "returned", payload: "null" };
const FAILED: InvocationResult = {
  kind: "failed",
  error: { errorType: "Error", errorMessage: "no luck" },
};

/** Ends each call when the test says how. */
let calls: ((result: InvocationResult) => void)[];
let underWay: number;
let mostUnderWay: number;
let problems: string[];
let schedule: Repeated | undefined;

beforeEach(() => {
  [calls, underWay, mostUnderWay, problems] = [[], 0, 0, []];
});
afterEach(async () => {
  const stopped = schedule?.stop();
  for (const end of calls) end(RETURNED);
  await stopped;
});

const pool: FunctionPool = {
  name: "ticked",
  concurrency: 1,
  invoke: async () => {
    underWay++;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    const result = await new Promise<InvocationResult>((resolve) => calls.push(resolve));
    underWay--;
    return result;
  },
  pids: () => [],
  kill: () => {},
  stop: async () => {},
};

const start = (everySeconds: number, enabled = "ENABLED") => {
  const settings = { functionName: "ticked", everySeconds, enabled: enabled === "ENABLED" };
  schedule = startSchedule(settings, {
    ...{ pool, clock: machineClock },
    onProblem: (text) => problems.push(text),
  });
};
const called = (times: number) =>
  until(`call ${times} of the function`, () => calls.length >= times);

test("the first call is made at once, the next when its time has come and the one before is done", async () => {
  start(0.02);
  expect(calls).toHaveLength(1);
  for (let times = 1; times <= 3; times++) {
    calls[times - 1]?.(RETURNED);
    await called(times + 1);
  }
  expect(mostUnderWay).toBe(1);
  expect(problems).toEqual([]);
});

test("a call that fails is told, and the next is made all the same", async () => {
  start(0.02);
  calls[0]?.(FAILED);
  await called(2);
  calls[1]?.({ kind: "throttled" });
  await called(3);
  expect(problems).toEqual(["a scheduled call failed: no luck", "a scheduled call was throttled"]);
});

test("stopping waits for the call under way, and not for the time of the next", async () => {
  start(3_600);
  let stopped = false;
  const stopping = schedule?.stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  calls[0]?.(RETURNED);
  await stopping;
  expect(calls).toHaveLength(1);
});

test("a rule that is off calls nothing", async () => {
  start(0.001, "DISABLED");
  await schedule?.stop();
  expect(calls).toEqual([]);
});

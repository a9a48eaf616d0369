import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { virtualClock } from "../../../bench/hot/virtual-clock.ts";

it("wakes sleepers by their time, and those of the same time in the order asked", async () => {
  const clock = virtualClock(1_000);
  const woken: string[] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(`${name} ${clock.nowMs()}`);
  };
  await clock.run(Promise.all([sleeper("c", 20), sleeper("a", 10), sleeper("b", 10)]));
  expect(woken).toEqual(["a 1010", "b 1010", "c 1020"]);
});

it("stands still while work outside is under way, which is done one after the other", async () => {
  const clock = virtualClock(0);
  const told: string[] = [];
  const outside = (name: string) =>
    clock.outside(async () => {
      told.push(`${name} begins ${clock.nowMs()}`);
      await sleep(5);
      told.push(`${name} ends ${clock.nowMs()}`);
    });
  const asleep = clock.sleep(1).then(() => told.push(`awake ${clock.nowMs()}`));
  await clock.run(Promise.all([outside("a"), outside("b"), asleep]));
  expect(told).toEqual(["a begins 0", "a ends 0", "b begins 0", "b ends 0", "awake 1"]);
});

it("hands on what the work fails with, and goes on after work outside that failed", async () => {
  const clock = virtualClock(0);
  const failed = clock.outside(() => Promise.reject(new Error("away")));
  await expect(clock.run(failed)).rejects.toThrow("away");
  expect(await clock.run(clock.outside(async () => "back"))).toBe("back");
});

it("throws when everything waits for ever", async () => {
  await expect(virtualClock(0).run(new Promise(() => {}))).rejects.toThrow("no timer is left");
});

import { expect, it } from "vitest";
import { simClock } from "./sim-clock.ts";

const CHAIN = 10_000;

it("moves time only when every promise chain is parked, however long it is", async () => {
  const clock = simClock(0);
  const seen: string[] = [];
  const walk = async (name: string): Promise<void> => {
    for (let step = 0; step < CHAIN; step++) await null;
    seen.push(`${name} at ${clock.nowMs()}`);
  };
  clock.at(5, () => void walk("first"));
  clock.at(6, () => void walk("second"));
  expect(await clock.run(() => false)).toBe("idle");
  expect(seen).toEqual(["first at 5", "second at 6"]);
});

it("wakes by time, and at equal times in the order asked for", async () => {
  const clock = simClock(100);
  const woken: string[] = [];
  for (const ms of [30, 10, 20, 10, 0, -5]) {
    void clock.sleep(ms).then(() => woken.push(`${ms} at ${clock.nowMs()}`));
  }
  await clock.run(() => false);
  expect(woken).toEqual([
    "0 at 100",
    "-5 at 100",
    "10 at 110",
    "10 at 110",
    "20 at 120",
    "30 at 130",
  ]);
});

it("does not stop at a timer that was cancelled", async () => {
  const clock = simClock(0);
  const timer = clock.at(50, () => expect.unreachable());
  clock.at(10, () => {
    timer.cancelled = true;
  });
  expect(await clock.run(() => false)).toBe("idle");
  expect(clock.nowMs()).toBe(10);
});

it("stops when it is done", async () => {
  const clock = simClock(0);
  clock.at(10, () => {});
  clock.at(20, () => expect.unreachable());
  expect(await clock.run(() => clock.nowMs() === 10)).toBe("done");
});

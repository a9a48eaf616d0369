import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveMessage } from "../../cli/console/console-views.ts";
import { liveFlow } from "../../cli/console/live-flow.ts";
import { fakeFlow } from "./fake-ports.ts";

const kinds = (messages: readonly LiveMessage[]): readonly string[] =>
  messages.map(({ kind }) => kind);

describe("the live flow", () => {
  let reads = 0;
  let answers = true;
  const start = (keepMs = 10_000) =>
    liveFlow({
      ...{ nowMs: Date.now, everyMs: 1_000, keepMs },
      read: async () => {
        reads++;
        if (answers) return fakeFlow(Date.now());
        throw new Error("no answer");
      },
    });

  beforeEach(() => {
    vi.useFakeTimers();
    reads = 0;
    answers = true;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("reads nothing while nobody looks, before the first page and after the last", async () => {
    const live = start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reads).toBe(0);
    const leave = live.listen(() => {});
    await vi.advanceTimersByTimeAsync(2_500);
    expect(reads).toBe(3);
    leave();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reads).toBe(3);
    live.stop();
  });

  it("reads once for all pages, and gives a later one the history", async () => {
    const live = start();
    live.listen(() => {});
    await vi.advanceTimersByTimeAsync(3_500);
    const heard: LiveMessage[] = [];
    live.listen((message) => heard.push(message));
    expect(kinds(heard)).toEqual(["history", "flow"]);
    expect(heard[0]).toMatchObject({ points: { length: 4 } });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reads).toBe(5);
    live.stop();
  });

  it("forgets what is older than it should keep", async () => {
    const live = start(3_000);
    live.listen(() => {});
    await vi.advanceTimersByTimeAsync(20_000);
    const heard: LiveMessage[] = [];
    live.listen((message) => heard.push(message));
    expect(heard[0]).toMatchObject({ kind: "history", points: { length: 3 } });
    live.stop();
  });

  it("says that the stage does not answer, and goes on asking", async () => {
    const live = start();
    const heard: LiveMessage[] = [];
    live.listen((message) => heard.push(message));
    await vi.advanceTimersByTimeAsync(100);
    answers = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard.at(-1)).toMatchObject({ kind: "unreachable", error: "no answer" });
    answers = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kinds(heard)).toEqual(["history", "flow", "unreachable", "flow"]);
    live.stop();
  });
});

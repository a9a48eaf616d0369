import { describe, expect, it } from "vitest";
import { actRegister, type NewAct } from "../../cli/console/act-register.ts";
import type { WorkEnd, WorkOptions } from "../../cli/console/console-ports.ts";
import { fakePorts } from "./fake-ports.ts";

const open = () => {
  const changes: string[] = [];
  const register = actRegister(
    fakePorts({ operator: "ada", onChange: (text) => changes.push(text) }),
  );
  return { register, changes };
};

/** A work that goes on until it is told how to end. */
const heldWork = () => {
  const { promise, resolve, reject } = Promise.withResolvers<WorkEnd>();
  let given: WorkOptions | undefined;
  let ended = 0;
  const act: NewAct = {
    ...{ what: "redrive", consumer: "fraud", total: 10 },
    run: (options) => {
      given = options;
      return promise;
    },
    onEnd: () => ended++,
  };
  return { act, end: resolve, fail: reject, options: () => given, ended: () => ended };
};

const settle = () => new Promise(setImmediate);

describe("what the console has begun", () => {
  it("is told with who, how far it is, and how it ended", async () => {
    const { register, changes } = open();
    const work = heldWork();
    expect(register.start(work.act)).toMatchObject({ by: "ada", state: "running", done: 0 });
    await settle();
    work.options()?.onProgress(4);
    expect(register.list()).toMatchObject([{ done: 4, total: 10 }]);
    work.end({ kind: "done", text: "! a remark\nredriven: 10 of 10" });
    await settle();
    expect(register.list()).toMatchObject([{ state: "done" }]);
    expect(work.ended()).toBe(1);
    expect(changes).toEqual([
      "ada: redrive at fraud, 10 in the plan: begun.",
      "ada: redrive at fraud, 10 in the plan: done. redriven: 10 of 10",
    ]);
  });

  it("is one at a time for a consumer, and any number for others", async () => {
    const { register } = open();
    const first = heldWork();
    expect(register.start(first.act)).toBeDefined();
    expect(register.start(heldWork().act)).toBeUndefined();
    expect(register.start({ ...heldWork().act, consumer: "loyalty" })).toBeDefined();
    first.end({ kind: "done", text: "" });
    await settle();
    expect(register.start(heldWork().act)).toBeDefined();
  });

  it("is cancelled by its signal, and only while it runs", async () => {
    const { register } = open();
    const work = heldWork();
    const id = register.start(work.act)?.id ?? "";
    await settle();
    expect(register.cancel(id)).toBe(true);
    expect(work.options()?.signal.aborted).toBe(true);
    expect(register.list()).toMatchObject([{ state: "cancelling" }]);
    work.end({ kind: "stopped", text: "interrupted" });
    await settle();
    expect(register.list()).toMatchObject([{ state: "stopped" }]);
    expect(register.cancel(id)).toBe(false);
    expect(register.cancel("other")).toBe(false);
  });

  it("that fails says why", async () => {
    const { register } = open();
    const work = heldWork();
    register.start(work.act);
    work.fail(new Error("no answer"));
    await settle();
    expect(register.list()).toMatchObject([{ state: "failed", result: "no answer" }]);
    expect(work.ended()).toBe(1);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forgetProcess, lastProcessGone, rememberProcess } from "../../local/last-process.ts";
import { temporaryFolder } from "./small-stack.ts";

test("a process that is remembered is waited for until it is gone", async () => {
  const file = join(temporaryFolder(), "one.process.json");
  const child = spawn("sleep", ["600"]);
  await once(child, "spawn");
  rememberProcess(file, Number(child.pid));
  let isGone = false;
  const gone = lastProcessGone(file).then(() => {
    isGone = true;
  });
  await new Promise(setImmediate);
  expect(isGone).toBe(false);
  child.kill();
  await gone;
});

test("nobody waits where none is remembered, nor for another one that got its number", async () => {
  const file = join(temporaryFolder(), "one.process.json");
  await lastProcessGone(file);
  rememberProcess(file, process.pid);
  forgetProcess(file);
  await lastProcessGone(file);
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: "1" }));
  await lastProcessGone(file);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DataDirInUseError, lockDataDir } from "../../local/data-dir-lock.ts";
import { temporaryFolder } from "./small-stack.ts";

test("a folder is locked until it is given back", () => {
  const folder = temporaryFolder();
  const release = lockDataDir(folder);
  expect(() => lockDataDir(folder)).toThrow(DataDirInUseError);
  release();
  expect(lockDataDir(folder)).toBeTypeOf("function");
});

test("the lock of a process that was killed is taken over", async () => {
  const folder = temporaryFolder();
  const dead = spawn("true");
  await once(dead, "exit");
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: dead.pid, startTime: "1" }));
  expect(lockDataDir(folder)).toBeTypeOf("function");
});

test("the lock of a process whose number belongs to another one now is taken over", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock"), JSON.stringify({ pid: process.ppid, startTime: "1" }));
  expect(lockDataDir(folder)).toBeTypeOf("function");
});

test("a torn lock is taken over", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "lock"), "");
  expect(lockDataDir(folder)).toBeTypeOf("function");
});

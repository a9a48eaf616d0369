import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { leftBehind } from "./left-behind.ts";

it("finds a folder, and a process that has it only as its home", async () => {
  const folder = mkdtempSync(join(tmpdir(), "left-behind-test-"));
  const secret = "not-to-be-shown";
  const child = spawn("sleep", ["60"], { env: { PATH: process.env.PATH, HOME: folder, secret } });
  try {
    await once(child, "spawn");
    expect(leftBehind(folder)).toEqual([`process ${child.pid} sleep 60`, `folder ${folder}`]);
  } finally {
    child.kill();
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
  expect(existsSync(folder)).toBe(false);
  expect(leftBehind(folder)).toEqual([]);
});

/** The `bus` command as a process of its own, as an operator starts it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const PROGRAM = join(import.meta.dirname, "..", "..", "cli", "bus.ts");

export const startBusTool = (dataDir: string, words: readonly string[]) => {
  const args = [PROGRAM, ...words, "--local", dataDir];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const out = text(child.stdout);
  const err = text(child.stderr);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const done = async () => ({ code: await ended, out: await out, err: await err });
  return { pid: child.pid, kill: (name: NodeJS.Signals) => child.kill(name), done: done() };
};

/** Its exit code, and what it printed as one JSON document. */
export const runBusTool = async (dataDir: string, words: readonly string[]) => {
  const { code, out, err } = await startBusTool(dataDir, [...words, "--json"]).done;
  try {
    return { code, result: JSON.parse(out), err };
  } catch {
    throw new Error(`bus ${words.join(" ")} ended with ${code}: ${out}${err}`);
  }
};

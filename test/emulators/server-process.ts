/** An emulator as a child that cannot outlive this process, on 127.0.0.1 only. */
import { setTimeout as sleep } from "node:timers/promises";
import { type GuardedProcess, startGuarded } from "../../local/guarded-process.ts";

export type ServerCommand = {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly url: string;
  /** What it prints when the port is its own: another server may have taken it and answer there. */
  readonly saysReady?: string;
};

/** Nothing answers, for the reason that the server printed. */
export class NoServerError extends Error {
  readonly output: string;

  constructor({ name, url }: ServerCommand, output: string) {
    super(`${name} does not answer at ${url}:\n${output}`);
    this.name = "NoServerError";
    this.output = output;
  }
}

const READY_WITHIN_MS = 60_000;
const KEPT_OUTPUT = 4_000;

const answers = async (url: string): Promise<boolean> => {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await reply.arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

const end = async (child: GuardedProcess): Promise<void> => {
  child.terminate();
  const timer = setTimeout(() => child.kill(), 3_000);
  await child.exited;
  clearTimeout(timer);
};

/** Resolves when it answers, with how to end it. */
export const startServer = async (command: ServerCommand): Promise<() => Promise<void>> => {
  const child = await startGuarded({ ...command, ipc: false });
  let output = "";
  let exited = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
    });
  }
  void child.exited.then(() => {
    exited = true;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  const isReady = async () =>
    output.includes(command.saysReady ?? "") && (await answers(command.url));
  while (!(await isReady())) {
    if (exited || Date.now() > deadline) {
      await end(child);
      throw new NoServerError(command, output);
    }
    await sleep(50);
  }
  return () => end(child);
};

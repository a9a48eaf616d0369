/**
 * Keeps one emulator running: when its process dies it is started again on the same port with the
 * same data. Callers see refused connections meanwhile, as they would in an outage.
 */
import { createWriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "./backoff.ts";
import { type GuardedProcess, startGuarded } from "./guarded-process.ts";
import { forgetProcess, rememberProcess } from "./last-process.ts";

export type EmulatorDefinition = {
  readonly name: string;
  readonly port: number;
  readonly file: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Says which process it is, to a next run that finds it still there. */
  readonly processFile: string;
};

export type Emulator = {
  readonly name: string;
  readonly endpoint: string;
  readonly pid: () => number | undefined;
  /** SIGKILL, for tests: the supervisor starts it again. */
  readonly kill: () => Promise<void>;
  /** Resolves when it answers. */
  readonly ready: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 3_000;
const RESTART = { baseMs: 50, capMs: 2_000 };
/** An emulator that ran this long was healthy: the next failure is the first one again. */
const HEALTHY_MS = 5_000;

const answers = async (endpoint: string): Promise<boolean> => {
  try {
    const reply = await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(1_000) });
    await reply.arrayBuffer();
    return true;
  } catch {
    return false;
  }
};

export const startEmulator = (definition: EmulatorDefinition): Emulator => {
  const endpoint = `http://127.0.0.1:${definition.port}`;
  const log = createWriteStream(definition.logFile, { flags: "a" });
  let current: GuardedProcess | undefined;
  let stopping = false;

  const runOnce = async () => {
    current = await startGuarded({ ...definition, env: { PATH: "/usr/bin:/bin" }, ipc: false });
    rememberProcess(definition.processFile, current.pid);
    current.stdout.pipe(log, { end: false });
    current.stderr.pipe(log, { end: false });
    if (stopping) current.kill();
    await current.exited;
    forgetProcess(definition.processFile);
  };
  const run = async () => {
    let failures = 0;
    while (!stopping) {
      const startedAt = Date.now();
      await runOnce().catch((error) => log.write(`${error}\n`));
      current = undefined;
      failures = Date.now() - startedAt > HEALTHY_MS ? 1 : failures + 1;
      if (!stopping) await sleep(backoffMs(failures, RESTART));
    }
  };
  const running = run();

  const ready = async () => {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(endpoint))) {
      if (Date.now() > deadline)
        throw new Error(
          `${definition.name} does not answer at ${endpoint}: see ${definition.logFile}`,
        );
      await sleep(10);
    }
  };

  const stop = async () => {
    stopping = true;
    const last = current;
    last?.terminate();
    const timer = setTimeout(() => last?.kill(), STOP_WITHIN_MS);
    await running;
    clearTimeout(timer);
    // What is left in its pipes must not come after the end.
    for (const output of [last?.stdout, last?.stderr]) output?.unpipe(log);
    log.end();
  };

  return {
    name: definition.name,
    endpoint,
    pid: () => current?.pid,
    kill: async () => {
      const victim = current;
      if (!victim) return;
      process.kill(victim.pid, "SIGKILL");
      await victim.exited;
    },
    ready,
    stop,
  };
};

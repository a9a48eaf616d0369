/**
 * A child process that cannot outlive the runtime, however that one ends.
 *
 * It runs under a small shell that holds one end of a pipe. When the other end closes, be it by a
 * SIGKILL of the runtime, the shell kills the child. Children have a process group of their own, so
 * that a Ctrl-C reaches only the runtime, which then stops them in order.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

// fd 3 is the IPC channel, fd 4 the pipe. The shell keeps neither the child's output nor, in the
// part that waits for the pipe, the IPC channel: both must close when the child ends.
const GUARD = `
exec 6>&2 2>/dev/null
"$@" 4>&- 2>&6 6>&- &
child=$!
echo $child >&4
exec 6>&- >/dev/null
{ read -r _ <&4; kill -9 $child; } 3>&- &
watch=$!
wait $child
code=$?
kill $watch
exit $code
`;

export type GuardedProcess = {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with the exit code; 128 + n after signal n. */
  readonly exited: Promise<number>;
  readonly send: (message: object) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Asks it to end. */
  readonly terminate: () => void;
  /** SIGKILL, of whatever is left. */
  readonly kill: () => void;
};

export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly ipc: boolean;
};

const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

const childPid = async (guard: ChildProcess, command: Command): Promise<number> => {
  const pipe = guard.stdio[4] as Readable;
  pipe.on("error", () => {}); // the other end is gone: `exited` tells
  const [text] = await Promise.race([
    once(pipe, "data") as Promise<[Buffer]>,
    once(guard, "exit").then(() => {
      throw new Error(`${command.file} could not be started`);
    }),
  ]);
  return Number(text.toString());
};

export const startGuarded = async (command: Command): Promise<GuardedProcess> => {
  const guard = spawn("/bin/sh", ["-c", GUARD, "guard", command.file, ...command.args], {
    stdio: ["ignore", "pipe", "pipe", command.ipc ? "ipc" : "ignore", "pipe"],
    detached: true,
    cwd: command.cwd,
    env: { ...command.env },
  });
  const exited = new Promise<number>((resolve) => {
    guard.on("error", () => resolve(127));
    guard.once("exit", (code) => resolve(code ?? 137));
  });
  const pid = await childPid(guard, command);
  return {
    pid,
    stdout: guard.stdout as Readable,
    stderr: guard.stderr as Readable,
    exited: exited.then((code) => {
      guard.stdio[4]?.destroy();
      return code;
    }),
    send: (message) => guard.connected && guard.send(message, () => {}),
    onMessage: (listener) => guard.on("message", listener),
    terminate: () => signal(pid, "SIGTERM"),
    kill: () => signal(-Number(guard.pid), "SIGKILL"),
  };
};

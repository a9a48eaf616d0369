import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export type ChildTask<Message> = {
  /** The path of a program. */
  readonly program: string;
  readonly work: object;
  readonly onMessage: (message: Message, child: ChildProcess) => void;
  readonly signal: AbortSignal;
};

/** A function that was not told enough must not find a stranger's account. */
const ENVIRONMENT = { PATH: process.env.PATH ?? "", AWS_EC2_METADATA_DISABLED: "true" };

/** Forks a program, gives it its work, and waits for its end; throws what it complained of. */
export const runChild = async <Message>(task: ChildTask<Message>): Promise<void> => {
  const { program, work, onMessage, signal } = task;
  signal.throwIfAborted();
  const child: ChildProcess = fork(program, {
    env: ENVIRONMENT,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  try {
    const ended = once(child, "exit");
    const complaint = child.stderr === null ? "" : text(child.stderr);
    child.on("message", (message: Message) => onMessage(message, child));
    child.send(work);
    const [code] = await ended;
    signal.throwIfAborted();
    if (code !== 0)
      throw new Error(`${program} ended with ${code}: ${(await complaint).slice(-2_000)}`);
  } finally {
    signal.removeEventListener("abort", kill);
  }
};

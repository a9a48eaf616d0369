/**
 * One execution environment of a function: a process that handles one invocation at a time and is
 * killed when that takes longer than the function's timeout, as Lambda does.
 */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type { FromHost, FunctionError, InvocationResult, ToHost } from "./function-protocol.ts";
import { startGuarded } from "./guarded-process.ts";

export type FunctionDefinition = {
  readonly name: string;
  readonly arn: string;
  readonly taskRoot: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
};

export type FunctionEnvironment = {
  readonly pid: number;
  readonly alive: () => boolean;
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  readonly exited: Promise<number>;
  readonly kill: () => void;
};

export type EnvironmentOptions = {
  readonly hostProgram: string;
  readonly onOutput: (stream: Readable) => void;
};

/** Lambda's own limit for what runs before the handler. */
const INIT_TIMEOUT_MS = 10_000;
/** Of the old generation. */
const HEAP_MEGABYTES = 128;

const died = (code: number): FunctionError => ({
  errorType: "Runtime.ExitError",
  errorMessage: `Runtime exited with exit status ${code}`,
});

const timedOut = (seconds: number): FunctionError => ({
  errorType: "Sandbox.Timedout",
  errorMessage: `Task timed out after ${seconds.toFixed(2)} seconds`,
});

const notStarted = (error: unknown): { readonly error: FunctionError } => ({
  error: { errorType: "Runtime.StartError", errorMessage: String(error) },
});

const startProcess = (
  { name, taskRoot, handler, ...definition }: FunctionDefinition,
  host: string,
) =>
  startGuarded({
    file: process.execPath,
    args: [
      `--max-old-space-size=${Math.min(HEAP_MEGABYTES, definition.memoryMegabytes)}`,
      // With 4 a tenth of a busy function's time was the collector's.
      "--max-semi-space-size=16",
      host,
      taskRoot,
      handler,
      name,
    ],
    env: { ...definition.environment },
    cwd: taskRoot,
    ipc: true,
  });

/** The environment when its handler is loaded, or why it could not be. */
export const startEnvironment = async (
  definition: FunctionDefinition,
  { hostProgram, onOutput }: EnvironmentOptions,
): Promise<FunctionEnvironment | { readonly error: FunctionError }> => {
  const child = await startProcess(definition, hostProgram).catch(notStarted);
  if ("error" in child) return child;
  onOutput(child.stdout);
  onOutput(child.stderr);
  let alive = true;
  let settle: (answer: FromHost | FunctionError) => void = () => {};
  child.onMessage((message) => settle(message as FromHost));
  const exited = child.exited.then((code) => {
    alive = false;
    settle(died(code));
    return code;
  });

  /** Settles with the next message, or why there will be none; in the latter case it is dead. */
  const next = (limitMs: number, late: FunctionError): Promise<FromHost | FunctionError> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        alive = false;
        child.kill();
        resolve(late);
      }, limitMs);
      settle = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      if (!alive) settle(died(1));
    });

  const first = await next(INIT_TIMEOUT_MS, timedOut(INIT_TIMEOUT_MS / 1000));
  if (!("kind" in first && first.kind === "ready")) {
    child.kill();
    return { error: "kind" in first && first.kind === "initFailed" ? first.error : asError(first) };
  }

  const invoke = async (event: unknown): Promise<InvocationResult> => {
    const { timeoutSeconds, arn } = definition;
    const limitMs = timeoutSeconds * 1000;
    const requestId = randomUUID();
    const answer = next(limitMs, timedOut(timeoutSeconds));
    const deadlineMs = Date.now() + limitMs;
    child.send({ requestId, event, deadlineMs, functionArn: arn } satisfies ToHost);
    const message = await answer;
    if ("kind" in message && message.kind === "returned")
      return { kind: "returned", payload: message.payload };
    return { kind: "failed", error: asError(message) };
  };
  return { pid: child.pid, alive: () => alive, invoke, exited, kill: child.kill };
};

const asError = (answer: FromHost | FunctionError): FunctionError => {
  if (!("kind" in answer)) return answer;
  return "error" in answer
    ? answer.error
    : { errorType: "Runtime.Protocol", errorMessage: `unexpected message ${answer.kind}` };
};

/**
 * The program inside a function's environment: loads the handler once, then runs one invocation at
 * a time. It never decides about time or retries; the parent does, and ends this process.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { FromHost, ToHost } from "./function-protocol.ts";

type Handler = (event: unknown, context: object) => unknown;

const [taskRoot = "", handlerName = ""] = process.argv.slice(2);

const send = (message: FromHost) => process.send?.(message);

const failure = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split("\n") }
    : { errorType: "Error", errorMessage: String(error) };

const loadHandler = async (): Promise<Handler> => {
  const dot = handlerName.lastIndexOf(".");
  const base = join(taskRoot, handlerName.slice(0, dot));
  const file = [".mjs", ".js", ".cjs"].map((end) => base + end).find((path) => existsSync(path));
  if (!file) throw new Error(`Cannot find module ${base}`);
  const module: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = module[handlerName.slice(dot + 1)];
  if (typeof handler !== "function") throw new Error(`${handlerName} is not a function`);
  return handler as Handler;
};

const contextOf = ({ requestId, deadlineMs, functionArn }: ToHost) => ({
  awsRequestId: requestId,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: "$LATEST",
  invokedFunctionArn: functionArn,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
});

const run = async (handler: Handler, invocation: ToHost): Promise<FromHost> => {
  const { requestId } = invocation;
  try {
    const payload = await handler(invocation.event, contextOf(invocation));
    return {
      kind: "returned",
      requestId,
      payload: payload === undefined ? "null" : toJson(payload),
    };
  } catch (error) {
    return { kind: "failed", requestId, error: failure(error) };
  }
};

const toJson = (payload: unknown): string => JSON.stringify(payload) ?? "null";

try {
  const handler = await loadHandler();
  process.on("message", async (invocation: ToHost) => send(await run(handler, invocation)));
  send({ kind: "ready" });
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${JSON.stringify(failure(error))}\n`);
  process.send?.({ kind: "initFailed", error: failure(error) } satisfies FromHost, () =>
    process.exit(),
  );
}

/** A function URL on 127.0.0.1. Calls need no signature. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closeServer } from "./close-server.ts";
import type { FunctionPool } from "./function-pool.ts";
import { replyOf, requestEvent } from "./payload-format.ts";
import { strangerFault } from "./refuse-strangers.ts";

export type FunctionUrl = { readonly stop: () => Promise<void> };

export type FunctionUrlOptions = {
  readonly port: number;
  readonly pool: FunctionPool;
  readonly onProblem: (text: string) => void;
};

const MAX_BODY_BYTES = 6 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const refuse = (response: ServerResponse, status: number, message: string) => {
  const body = JSON.stringify({ Message: message });
  response.writeHead(status, { "content-type": "application/json" }).end(body);
};

const serve = async (
  { pool, onProblem }: FunctionUrlOptions,
  request: IncomingMessage,
  response: ServerResponse,
) => {
  const { host, origin } = request.headers;
  const fault = strangerFault({ host, origin });
  if (fault !== undefined) return refuse(response, 403, fault);
  const body = await readBody(request);
  if (!body) {
    response.setHeader("connection", "close");
    return refuse(response, 413, `The body may have ${MAX_BODY_BYTES} bytes.`);
  }
  const result = await pool.invoke(requestEvent(request, body));
  if (result.kind === "throttled") {
    response.setHeader("retry-after", "1");
    return refuse(response, 429, "Rate exceeded");
  }
  if (result.kind !== "returned") {
    onProblem(`${request.method} ${request.url} failed: ${result.error.errorMessage}`);
    return refuse(response, 502, "Internal Server Error");
  }
  const reply = replyOf(result.payload);
  response.writeHead(reply.statusCode, {
    ...reply.headers,
    ...(reply.cookies.length > 0 ? { "set-cookie": [...reply.cookies] } : {}),
  });
  response.end(reply.body);
};

export const startFunctionUrl = async (options: FunctionUrlOptions): Promise<FunctionUrl> => {
  const server = createServer(async (request, response) => {
    try {
      await serve(options, request, response);
    } catch (error) {
      options.onProblem(`${request.method} ${request.url}: ${error}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 502, "Internal Server Error");
    }
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return { stop: () => closeServer(server) };
};

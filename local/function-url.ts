/**
 * A function URL on 127.0.0.1. Calls need no signature, so two doors stay shut: other machines, and
 * web pages that point a host name of theirs at this machine (DNS rebinding).
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FunctionPool } from "./function-pool.ts";
import { replyOf, requestEvent } from "./payload-format.ts";

export type FunctionUrl = { readonly stop: () => Promise<void> };

export type FunctionUrlOptions = {
  readonly port: number;
  readonly pool: FunctionPool;
  readonly onProblem: (text: string) => void;
};

const MAX_BODY_BYTES = 6 * 1024 * 1024;
const LOCAL_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

const isLocalHost = (host: string | undefined): boolean =>
  host !== undefined && LOCAL_NAMES.has(host.replace(/:\d+$/, "").toLowerCase());

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
  if (!isLocalHost(request.headers.host))
    return refuse(response, 403, "Call this API as 127.0.0.1 or localhost.");
  // Any web page may send a simple request here, but its browser says whose page it is.
  if (request.headers.origin !== undefined)
    return refuse(response, 403, "This API takes no calls from web pages.");
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

const stop = async (server: Server) => {
  const closed = once(server, "close");
  server.close();
  // A connection that is answering now is idle only afterwards, and would else be kept for seconds.
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  await closed;
  clearInterval(timer);
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
  return { stop: () => stop(server) };
};

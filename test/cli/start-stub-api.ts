import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type StubCall = {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
  /** Whether it carries one; it is not checked. */
  readonly signature: boolean;
  /** How often this key has come before. */
  readonly before: number;
};
export type StubAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const callOf = async (request: IncomingMessage, calls: readonly StubCall[]): Promise<StubCall> => {
  const key = String(request.headers["idempotency-key"]);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    key,
    body: await text(request),
    signature: request.headers.authorization !== undefined,
    before: calls.filter((call) => call.key === key).length,
  };
};

/** An HTTP server that answers as it is told; "hang up" closes the connection without an answer. */
export const startStubApi = async (
  answer: (call: StubCall) => StubAnswer | "hang up" | Promise<StubAnswer | "hang up">,
) => {
  const calls: StubCall[] = [];
  const server = createServer(async (request, response) => {
    const call = await callOf(request, calls);
    calls.push(call);
    const answered = await answer(call);
    if (answered === "hang up") request.socket.destroy();
    else response.writeHead(answered.status, answered.headers).end(answered.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/`, calls, stop };
};

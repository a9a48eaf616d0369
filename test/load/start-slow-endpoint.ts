/** Stands in front of a service for one function, and keeps each call waiting for a while. */
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export type SlowEndpoint = {
  readonly url: string;
  readonly connect: (endpoint: string) => void;
  /** For the calls that come from now on: all, or those of one operation, such as `GetItem`. */
  readonly setDelay: (ms: number, operation?: string) => void;
  readonly stop: () => Promise<void>;
};

export const startSlowEndpoint = async (): Promise<SlowEndpoint> => {
  const agent = new Agent({ keepAlive: true });
  let endpoint = "";
  let slow: { readonly delayMs: number; readonly operation?: string | undefined } = { delayMs: 0 };
  const delayOf = ({ headers }: IncomingMessage): number => {
    const { "x-amz-target": target = "" } = headers;
    const isSlow = slow.operation === undefined || `${target}`.endsWith(`.${slow.operation}`);
    return isSlow ? slow.delayMs : 0;
  };
  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const delayMs = delayOf(incoming);
    if (delayMs > 0) await sleep(delayMs);
    const { method, headers, url = "/" } = incoming;
    const outgoing = request(new URL(url, endpoint), { method, headers, agent });
    outgoing.end(body);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    response.writeHead(reply.statusCode ?? 500, reply.headers).end(await buffer(reply));
  };
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connect: (to) => {
      endpoint = to;
    },
    setDelay: (delayMs, operation) => {
      slow = { delayMs, operation };
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      agent.destroy();
    },
  };
};

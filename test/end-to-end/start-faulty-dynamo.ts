/** Stands in front of DynamoDB for one function, and fails the calls that touch one table. */
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * "answers lost": the write takes effect, and only the caller does not learn of it. "hangs": it
 * comes through when that ends, whether or not the caller still lives.
 */
export type Health = "up" | "down" | "answers lost" | "hangs";

export type FaultyDynamo = {
  readonly url: string;
  /** Where the real one is, and which table's calls are to fail. */
  readonly connect: (endpoint: string, table: string) => void;
  readonly set: (health: Health) => void;
  /** Calls that were answered with an error. */
  readonly failures: () => number;
  /** Calls that hang. */
  readonly held: () => number;
  readonly stop: () => Promise<void>;
};

const ERROR_BODY = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#InternalServerError",
  message: "The request could not be completed due to an internal error",
});

const failWith500 = (response: ServerResponse): void => {
  response.writeHead(500, { "content-type": "application/x-amz-json-1.0" }).end(ERROR_BODY);
};

export const startFaultyDynamo = async (): Promise<FaultyDynamo> => {
  const agent = new Agent({ keepAlive: true });
  let health: Health = "up";
  let target = { endpoint: "", table: "" };
  let failures = 0;
  let held: (() => void)[] = [];

  const forward = async (incoming: IncomingMessage, body: Buffer) => {
    const { method, headers, url = "/" } = incoming;
    const outgoing = request(new URL(url, target.endpoint), { method, headers, agent });
    outgoing.end(body);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    return { reply, content: await buffer(reply) };
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const isTouched = body.includes(JSON.stringify(target.table));
    if (isTouched && health === "hangs") await new Promise<void>((release) => held.push(release));
    const atArrival = health;
    const fails = isTouched && atArrival !== "up";
    if (fails) failures++;
    if (fails && atArrival === "down") return failWith500(response);
    const { reply, content } = await forward(incoming, body);
    if (fails) return failWith500(response);
    response.writeHead(reply.statusCode ?? 500, reply.headers).end(content);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connect: (endpoint, table) => {
      target = { endpoint, table };
    },
    set: (next) => {
      health = next;
      const released = held;
      held = [];
      for (const release of released) release();
    },
    failures: () => failures,
    held: () => held.length,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      agent.destroy();
    },
  };
};

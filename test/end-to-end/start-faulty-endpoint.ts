/** Stands in front of a service for one function, and troubles the calls that name one thing. */
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * "answers lost": the call takes effect, and only the caller does not learn of it. "hangs": it
 * stays under way until it is released, whether or not the caller still lives.
 */
export type Health = "up" | "down" | "answers lost" | "hangs";

export type FaultyEndpoint = {
  readonly url: string;
  /** Where the real one is, and what the body of a call that is to be troubled has in it. */
  readonly connect: (endpoint: string, name: string) => void;
  /** For the calls that come from now on. */
  readonly set: (health: Health) => void;
  /** Calls that were answered with an error. */
  readonly failures: () => number;
  /** Calls that hang. */
  readonly held: () => number;
  /** Lets them through; answers with the status that each got. */
  readonly release: () => Promise<readonly number[]>;
  readonly stop: () => Promise<void>;
};

const ERROR_BODY = JSON.stringify({
  __type: "com.amazonaws.dynamodb.v20120810#InternalServerError",
  message: "The request could not be completed due to an internal error",
});

const failWith500 = (response: ServerResponse): void => {
  response.writeHead(500, { "content-type": "application/x-amz-json-1.0" }).end(ERROR_BODY);
};

type Call = {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
};

export const startFaultyEndpoint = async (): Promise<FaultyEndpoint> => {
  const agent = new Agent({ keepAlive: true });
  let health: Health = "up";
  let target = { endpoint: "", name: "" };
  let failures = 0;
  let held: Call[] = [];

  const forward = async ({ incoming, body }: Call) => {
    const { method, headers, url = "/" } = incoming;
    const outgoing = request(new URL(url, target.endpoint), { method, headers, agent });
    outgoing.end(body);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    const { statusCode: status = 0 } = reply;
    return { status, headers: reply.headers, content: await buffer(reply) };
  };

  const passOn = async (call: Call): Promise<number> => {
    const { status, headers, content } = await forward(call);
    call.response.writeHead(status, headers).end(content);
    return status;
  };

  const trouble = async (call: Call): Promise<unknown> => {
    if (health === "up") return passOn(call);
    if (health === "hangs") return held.push(call);
    failures++;
    if (health === "answers lost") await forward(call);
    return failWith500(call.response);
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const call = { incoming, response, body };
    await (body.includes(target.name) ? trouble(call) : passOn(call));
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connect: (endpoint, name) => {
      target = { endpoint, name };
    },
    set: (next) => {
      health = next;
    },
    failures: () => failures,
    held: () => held.length,
    release: () => {
      const calls = held;
      held = [];
      return Promise.all(calls.map(passOn));
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      agent.destroy();
    },
  };
};

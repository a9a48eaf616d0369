/** SQS as a consumer's own code calls it: deletes and visibility of what it was given. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { FifoQueue } from "../../test/sim/fifo-queue.ts";

type Entry = {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout?: number;
};

export type QueueEndpoint = {
  readonly url: string;
  /** Calls so far. */
  readonly calls: () => number;
  readonly stop: () => Promise<void>;
};

/** `admit` rejects for a call that is never to be answered. */
export const startQueueEndpoint = async (
  queue: FifoQueue,
  admit: () => Promise<void> = async () => {},
): Promise<QueueEndpoint> => {
  let calls = 0;
  const answer = async (request: IncomingMessage) => {
    const { Entries } = (await json(request)) as { Entries: readonly Entry[] };
    await admit();
    calls++;
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    for (const { ReceiptHandle, VisibilityTimeout = 0 } of Entries) {
      if (action === "DeleteMessageBatch") queue.remove(ReceiptHandle, Date.now());
      else if (action === "ChangeMessageVisibilityBatch") {
        queue.hide(ReceiptHandle, VisibilityTimeout, Date.now());
      } else throw new Error(`a consumer called ${action}`);
    }
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => {
        response.setHeader("content-type", "application/x-amz-json-1.0");
        response.end(JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
};

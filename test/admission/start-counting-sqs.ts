/** An SQS that says of each queue how many messages it holds, as a test has set it. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export type QueueCounts = { readonly visible?: number; readonly hidden?: number };

export const startCountingSqs = async () => {
  const queues = new Map<string, QueueCounts>();
  const server = createServer(async (request, response) => {
    const { QueueUrl = "" } = JSON.parse(await text(request)) as { QueueUrl?: string };
    response.setHeader("content-type", "application/x-amz-json-1.0");
    const counts = queues.get(QueueUrl.split("/").at(-1) ?? "");
    if (counts === undefined) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: "QueueDoesNotExist", message: "no such queue" }));
      return;
    }
    const { visible = 0, hidden = 0 } = counts;
    const Attributes = {
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
      ApproximateNumberOfMessagesDelayed: "0",
    };
    response.end(JSON.stringify({ Attributes }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    queues,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** An SQS that grants every batch request and keeps what it was asked. */
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export type SqsCall = {
  readonly action: string;
  readonly entries: readonly { readonly Id: string; readonly ReceiptHandle: string }[];
};

export const startStubSqs = async () => {
  const calls: SqsCall[] = [];
  const server = createServer(async (request, response) => {
    const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
    const { Entries = [] } = JSON.parse(await text(request)) as { Entries?: SqsCall["entries"] };
    calls.push({ action, entries: Entries });
    const Successful = Entries.map(({ Id }) => ({ Id }));
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify({ Successful, Failed: [] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/**
 * Stands in front of a service for one function and keeps what each call was: its operation, how
 * long it took, what it carried, and the capacity that DynamoDB says it consumed.
 */
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export type Units = { readonly read: number; readonly write: number };

export type Call = {
  /** Such as `BatchGetItem` or `PublishBatch`. */
  readonly operation: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What the call names several of: keys, facts, publications; 1 where it names one thing. */
  readonly entries: number;
  /** Of the messages that it publishes. */
  readonly messageBytes: number;
  /** By table; empty where the service is another. */
  readonly units: Readonly<Record<string, Units>>;
};

export type CallCounter = {
  readonly url: string;
  readonly connect: (endpoint: string) => void;
  readonly calls: readonly Call[];
  readonly stop: () => Promise<void>;
};

type Body = Readonly<Record<string, unknown>>;
type Consumed = {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
};

const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan"]);

const unitsIn = (operation: string, answer: Body): Record<string, Units> => {
  const list = [answer.ConsumedCapacity ?? []].flat() as Consumed[];
  return Object.fromEntries(
    list.map(({ TableName = "", CapacityUnits = 0, ReadCapacityUnits, WriteCapacityUnits }) => [
      TableName,
      READS.has(operation)
        ? { read: ReadCapacityUnits ?? CapacityUnits, write: 0 }
        : { read: 0, write: WriteCapacityUnits ?? CapacityUnits },
    ]),
  );
};

type Write = { readonly TableName?: string };

/**
 * A refused write is charged like one that is done (5.3, 5.4), but its answer does not say so. Of a
 * transaction every item counts twice. Taken for items of up to 1 KB, as those of this bus are.
 */
const refusedUnits = (operation: string, body: Body): Record<string, Units> => {
  const isTransaction = operation === "TransactWriteItems";
  if (!isTransaction && operation !== "PutItem" && operation !== "UpdateItem") return {};
  const items = isTransaction
    ? (body.TransactItems as Record<string, Write>[]).flatMap((item) => Object.values(item))
    : [body as Write];
  const units: Record<string, Units> = {};
  for (const { TableName = "" } of items) {
    const write = (units[TableName]?.write ?? 0) + (isTransaction ? 2 : 1);
    units[TableName] = { read: 0, write };
  }
  return units;
};

const entriesOf = (operation: string, text: string, body: Body): number => {
  if (operation === "PublishBatch") return text.match(/member\.\d+\.Id=/g)?.length ?? 1;
  const items = Object.values((body.RequestItems ?? {}) as Record<string, unknown>);
  const count = (item: unknown) =>
    Array.isArray(item) ? item.length : ((item as { Keys?: unknown[] }).Keys ?? []).length;
  return items.length === 0 ? 1 : items.reduce<number>((sum, item) => sum + count(item), 0);
};

const messageBytes = (operation: string, text: string): number => {
  if (operation !== "PublishBatch") return 0;
  const messages = [...new URLSearchParams(text)].filter(([name]) => name.endsWith(".Message"));
  return messages.reduce((sum, [, message]) => sum + Buffer.byteLength(message), 0);
};

const parse = (text: string): Body => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

type Asked = { readonly operation: string; readonly text: string; readonly body: Body };

const readAsked = (headers: IncomingMessage["headers"], text: string): Asked => {
  const target = String(headers["x-amz-target"] ?? "");
  const isDynamo = target.startsWith("DynamoDB_");
  const body = parse(text);
  const operation = target.split(".")[1] ?? /Action=(\w+)/.exec(text)?.[1] ?? "unknown";
  const counted = isDynamo ? { ...body, ReturnConsumedCapacity: "TOTAL" } : body;
  return { operation, body, text: isDynamo ? JSON.stringify(counted) : text };
};

/** `admit` is waited for before a call is passed on; where it rejects, the call gets no answer. */
export const startCallCounter = async (
  admit: (operation: string) => Promise<void> = async () => {},
): Promise<CallCounter> => {
  const agent = new Agent({ keepAlive: true });
  const calls: Call[] = [];
  let endpoint = "";
  const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
    const given = (await buffer(incoming)).toString();
    const { operation, text, body } = readAsked(incoming.headers, given);
    const headers = { ...incoming.headers, "content-length": String(Buffer.byteLength(text)) };
    const startMs = performance.now();
    await admit(operation);
    const outgoing = request(new URL(incoming.url ?? "/", endpoint), {
      ...{ method: incoming.method, headers, agent },
    });
    outgoing.end(text);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    const content = await buffer(reply);
    const endMs = performance.now();
    calls.push({
      ...{ operation, startMs, endMs, entries: entriesOf(operation, given, body) },
      messageBytes: messageBytes(operation, given),
      units:
        reply.statusCode === 200
          ? unitsIn(operation, parse(content.toString()))
          : refusedUnits(operation, body),
    });
    response.writeHead(reply.statusCode ?? 500, reply.headers).end(content);
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
    calls,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      agent.destroy();
    },
  };
};

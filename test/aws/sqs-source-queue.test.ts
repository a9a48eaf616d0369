import {
  CreateQueueCommand,
  type Message as Received,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqsSourceQueue } from "../../lambdas/aws/sqs-source-queue.ts";
import type { Message } from "../../lambdas/core/ports.ts";

type Request = {
  readonly name: string;
  readonly entries: readonly {
    readonly ReceiptHandle: string;
    readonly VisibilityTimeout?: number;
  }[];
};

let server: FauxqsServer;
let client: SQSClient;
let queueUrl: string;
let queues = 0;
let requests: Request[];
let warnings: unknown[][];

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  client = new SQSClient({
    endpoint: server.address,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        const { Entries = [] } = args.input as { Entries?: Request["entries"] };
        if (commandName.includes("Batch")) requests.push({ name: commandName, entries: Entries });
        return next(args);
      },
    { step: "initialize" },
  );
});

afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

beforeEach(async () => {
  requests = [];
  warnings = [];
  const created = await client.send(
    new CreateQueueCommand({
      QueueName: `queue-${++queues}.fifo`,
      Attributes: { FifoQueue: "true", VisibilityTimeout: "600" },
    }),
  );
  queueUrl = created.QueueUrl!;
});

const source = (url = queueUrl) =>
  sqsSourceQueue(() => client, url, { warn: (...given: unknown[]) => void warnings.push(given) });

const send = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) {
    const id = `o${String(index).padStart(2, "0")}`;
    const ids = { MessageGroupId: id, MessageDeduplicationId: id };
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: id, ...ids }));
  }
};

const receiveAll = async (): Promise<Message[]> => {
  const all: Received[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await client.send(command);
    if (Messages.length === 0) break;
    all.push(...Messages);
  }
  return all.map((received) => ({
    messageId: received.MessageId!,
    receiptHandle: received.ReceiptHandle!,
    receiveCount: 1,
    sentAtMs: 0,
    body: received.Body!,
  }));
};

describe("hiding messages", () => {
  it("sets when each is visible again", async () => {
    await send(3);
    const messages = await receiveAll();
    await source().hide(
      messages.map((message, index) => ({ message, seconds: index === 1 ? 300 : 0 })),
    );
    const bodies = (await receiveAll()).map(({ body }) => body);
    expect(bodies.toSorted()).toEqual(["o00", "o02"]);
    expect(warnings).toEqual([]);
  });

  it("asks in the order given, ten at a time", async () => {
    await send(12);
    const messages = await receiveAll();
    await source().hide(messages.map((message, seconds) => ({ message, seconds: 100 + seconds })));
    expect(requests.map(({ name, entries }) => [name, entries.length])).toEqual([
      ["ChangeMessageVisibilityBatchCommand", 10],
      ["ChangeMessageVisibilityBatchCommand", 2],
    ]);
    const asked = requests.flatMap(({ entries }) => entries);
    expect(asked.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(
      messages.map(({ receiptHandle }) => receiptHandle),
    );
    expect(asked.map((entry) => entry.VisibilityTimeout)).toEqual(
      messages.map((_message, seconds) => 100 + seconds),
    );
  });

  it("asks nothing for no messages", async () => {
    await source().hide([]);
    expect(requests).toEqual([]);
  });

  it("tells of a message that could not be hidden, and hides the others", async () => {
    await send(2);
    const [first, second] = await receiveAll();
    const lost = { ...first!, receiptHandle: "no receipt" };
    await source().hide([lost, second!].map((message) => ({ message, seconds: 0 })));
    expect(await receiveAll()).toHaveLength(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]![0]).toBe("ChangeMessageVisibilityBatch failed for 1 messages");
  });
});

describe("removing messages", () => {
  it("deletes them, ten at a time", async () => {
    await send(11);
    const messages = await receiveAll();
    await source().remove(messages);
    expect(requests.map(({ entries }) => entries.length)).toEqual([10, 1]);
    await source().hide(messages.map((message) => ({ message, seconds: 0 })));
    expect(await receiveAll()).toEqual([]);
  });
});

it("a queue that does not answer is told of and thrown by neither call", async () => {
  const message: Message = {
    messageId: "m",
    receiptHandle: "receipt",
    receiveCount: 1,
    sentAtMs: 0,
    body: "a body that nobody logs",
  };
  const gone = source(`${server.address}/000000000000/gone.fifo`);
  await gone.hide([{ message, seconds: 0 }]);
  await gone.remove([message]);
  expect(warnings.map(([text]) => text)).toEqual([
    "ChangeMessageVisibilityBatch failed for 1 messages",
    "DeleteMessageBatch failed for 1 messages",
  ]);
  expect(JSON.stringify(warnings)).not.toContain("nobody logs");
});

import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { conflictingDynamo } from "../../../bench/hot/conflicting-dynamo.ts";
import { virtualClock } from "../../../bench/hot/virtual-clock.ts";

const SERVICE_MS = 5;

const model = () => {
  const clock = virtualClock(0);
  const reached: [name: string, atMs: number][] = [];
  const inner = {
    send: async (command: object) => {
      reached.push([command.constructor.name, clock.nowMs()]);
      return {};
    },
  } as unknown as DynamoDBClient;
  const random = () => 0.5;
  const keys = { rows: ["order"], stock: ["sku"] };
  const dynamo = conflictingDynamo(inner, { clock, random, serviceMs: SERVICE_MS, keys });
  return { clock, reached, ...dynamo };
};

const put = (order: string) => ({ TableName: "rows", Item: { order: { S: order } } });
const update = (sku: string) => ({
  Update: { TableName: "stock", Key: { sku: { S: sku } }, UpdateExpression: "SET a = a" },
});
const transaction = (order: string, sku: string) =>
  new TransactWriteItemsCommand({ TransactItems: [{ Put: put(order) }, update(sku)] });
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

it("cancels a transaction that wants an item of an ongoing one, with a reason for each item", async () => {
  const { client, clock, reached } = model();
  const first = client.send(transaction("a", "tea"));
  const second = errorOf(client.send(transaction("b", "tea")));
  const [, error] = await clock.run(Promise.all([first, second]));
  expect(error).toBeInstanceOf(TransactionCanceledException);
  const reasons = (error as TransactionCanceledException).CancellationReasons;
  expect(reasons?.map(({ Code }) => Code)).toEqual(["None", "TransactionConflict"]);
  expect(reached).toEqual([["TransactWriteItemsCommand", SERVICE_MS]]);
});

it("holds what a cancelled transaction has of its own until its reply, and no longer", async () => {
  const { client, clock } = model();
  const calls = async () => {
    const first = client.send(transaction("a", "tea"));
    const second = errorOf(client.send(transaction("b", "tea")));
    const third = errorOf(client.send(transaction("b", "jam")));
    await Promise.all([first, second]);
    expect(await third).toBeInstanceOf(TransactionCanceledException);
    await client.send(transaction("b", "tea"));
  };
  await clock.run(calls());
});

it("refuses a single write of such an item, and lets one of another item and a read through", async () => {
  const { client, clock, reached } = model();
  const calls = Promise.all([
    client.send(transaction("a", "tea")),
    errorOf(client.send(new PutItemCommand(put("a")))),
    client.send(new PutItemCommand(put("b"))),
    client.send(new GetItemCommand({ TableName: "rows", Key: { order: { S: "a" } } })),
  ]);
  const [, refused] = await clock.run(calls);
  expect(refused).toBeInstanceOf(TransactionConflictException);
  expect(reached.map(([name]) => name)).toEqual([
    "TransactWriteItemsCommand",
    "PutItemCommand",
    "GetItemCommand",
  ]);
});

it("counts two write units an item of a transaction, also of a cancelled one, and one a write", async () => {
  const { client, clock, counts } = model();
  await clock.run(
    Promise.all([
      client.send(transaction("a", "tea")),
      errorOf(client.send(transaction("b", "tea"))),
      client.send(new PutItemCommand(put("c"))),
    ]),
  );
  expect(counts).toEqual({ requests: 3, transactions: 2, conflicts: 1, writeUnits: 9 });
});

it("names the table whose keys it was not told", async () => {
  const { client, clock } = model();
  const unknown = { TableName: "other", Item: { id: { S: "a" } } };
  const error = await clock.run(errorOf(client.send(new PutItemCommand(unknown))));
  expect((error as Error).message).toContain("other");
});

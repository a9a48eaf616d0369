import { GetItemCommand, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoFactStore } from "../../lambdas/aws/dynamo-fact-store.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import type { Adjust, Fact } from "../../lambdas/core/consumer.ts";
import { type LedgerRow, newRow } from "../../lambdas/core/ledger-row.ts";
import type { Dynoxide } from "../emulators/start-dynoxide.ts";
import { createTables, DATA_TABLES } from "./create-tables.ts";
import { ledgerContract } from "./ledger.contract.ts";
import type { LedgerUnderTest } from "./ledger-under-test.ts";
import { openDynamo } from "./open-dynamo.ts";

let dynamo: Dynoxide;
let consumers = 0;

beforeAll(async () => {
  dynamo = await openDynamo();
  await createTables(dynamo.client);
});

afterAll(() => dynamo?.stop());

const getItem = async (table: string, key: Record<string, string>) => {
  const command = new GetItemCommand({ TableName: table, Key: marshall(key) });
  const { Item } = await dynamo.client.send(command);
  return Item === undefined ? undefined : unmarshall(Item);
};

const ledgerOf = (consumer: string) =>
  dynamoLedger(dynamo.client, { dedupTable: "dedup", consumer, dataTables: DATA_TABLES });

const open = (): LedgerUnderTest => ({
  ledger: ledgerOf(`consumer-${++consumers}`),
  facts: dynamoFactStore(dynamo.client, DATA_TABLES),
  stock: async (sku) => {
    const item = await getItem("stock-table", { sku });
    if (item === undefined) return undefined;
    const { sku: _key, ...numbers } = item;
    return numbers;
  },
  fact: (day, eventId) => getItem("facts-table", { day, eventId }),
});

ledgerContract("in DynamoDB, as an emulator plays it", open);

describe("the index of dead letters", () => {
  const inIndex = async (consumer: string): Promise<string[]> => {
    const { Items = [] } = await dynamo.client.send(
      new QueryCommand({
        TableName: "dedup",
        IndexName: "dead-letters",
        KeyConditionExpression: "deadConsumer = :consumer",
        ExpressionAttributeValues: marshall({ ":consumer": consumer }),
      }),
    );
    return Items.map((item) => unmarshall(item).orderId as string);
  };

  it("holds the dead rows of a consumer by the time they died, and no others", async () => {
    const ledger = ledgerOf("index");
    const write = async (before: LedgerRow, after: Partial<LedgerRow>): Promise<LedgerRow> => {
      const whole = { ...before, ...after, rev: before.rev + 1, by: `${before.rev}` };
      expect(await ledger.commit({ before, after: whole, effects: [] })).toMatchObject({
        kind: "committed",
      });
      return whole;
    };
    const life = { seq: 1, messageId: "m", sentAtMs: 1, attempts: 1, open: false };
    const dead = (atMs: number) => ({ ...life, dead: { atMs, cause: "invalid" as const } });
    await write(newRow("later"), { life: dead(2_000) });
    const sooner = await write(newRow("sooner"), { life: dead(1_000) });
    const failing = await write(newRow("failing"), { life });
    expect(await inIndex("index")).toEqual(["sooner", "later"]);

    const { life: _over, ...applied } = sooner;
    await write({ ...applied, rev: sooner.rev }, { seq: 1 });
    expect(await inIndex("index")).toEqual(["later"]);
    await write(failing, { life: dead(3_000) });
    expect(await inIndex("index")).toEqual(["later", "failing"]);
    expect(await inIndex("another consumer")).toEqual([]);
  });
});

describe("a write that DynamoDB does not take", () => {
  const commit = (effect: Partial<Adjust>) => {
    const before = newRow("refused");
    const usual = {
      kind: "adjust",
      table: "stock",
      key: { sku: "a text" },
      add: { count: 1 },
    } as const;
    const after = { ...before, rev: 1, by: "x" };
    return open().ledger.commit({ before, after, effects: [{ ...usual, ...effect }] });
  };

  it("because a text is no number fails for good", async () => {
    await dynamo.client.send(
      new UpdateItemCommand({
        TableName: "stock-table",
        Key: marshall({ sku: "a text" }),
        UpdateExpression: "SET #count = :count",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: marshall({ ":count": "many" }),
      }),
    );
    expect(await commit({})).toMatchObject({ kind: "failed", retryable: false });
  });

  it("because a table is not there may succeed later", async () => {
    expect(await commit({ table: "missing" })).toMatchObject({ kind: "failed", retryable: true });
  });

  it("because nobody declared the table says which are declared", async () => {
    const result = await commit({ table: "shelf" });
    expect(result).toMatchObject({ kind: "failed", retryable: true });
    expect(JSON.stringify(result)).toContain("stock, velocity, facts");
  });

  it("is nowhere in the tables afterwards", async () => {
    const rows = await open().ledger.read(["refused"]);
    expect([...rows.values()]).toEqual([newRow("refused")]);
  });
});

describe("a fact that DynamoDB does not take", () => {
  const fact = (item: Fact["item"], table = "facts"): Fact => ({ kind: "fact", table, item });

  it("fails alone: facts asked for beside it are written", async () => {
    const { facts, fact: find } = open();
    const results = await Promise.all([
      facts.put([fact({ day: "d", eventId: "good" })]),
      facts.put([fact({ eventId: "no day" })]),
      facts.put([fact({ day: "d", eventId: "good too" })]),
    ]);
    expect(results).toMatchObject([
      { kind: "committed" },
      { kind: "failed", retryable: false },
      { kind: "committed" },
    ]);
    expect(await find("d", "good too")).toBeDefined();
  });

  it("because its table is not there may succeed later", async () => {
    const result = await open().facts.put([fact({ day: "d", eventId: "e" }, "missing")]);
    expect(result).toMatchObject({ kind: "failed", retryable: true });
  });
});

describe("consumers", () => {
  it("share the table and no row of it", async () => {
    const before = newRow("shared");
    for (const consumer of ["one", "two", "one@2"]) {
      const after = { ...before, seq: 1, rev: 1, by: consumer };
      const result = await ledgerOf(consumer).commit({ before, after, effects: [] });
      expect(result).toEqual({ kind: "committed" });
    }
  });
});

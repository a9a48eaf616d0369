import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
} from "@aws-sdk/client-dynamodb";
import type { Adjust } from "../core/consumer.ts";
import type { Budget } from "../core/dead-letter-budget.ts";
import { isOwnWrite, type LedgerRow, newRow } from "../core/ledger-row.ts";
import type { Ledger, LedgerResult, LedgerWrite, RowWrite } from "../core/ports.ts";
import { adjustUpdate } from "./adjust-update.ts";
import { batchGetItems } from "./batch-get-items.ts";
import { commitTogether } from "./commit-together.ts";
import { dynamoFailure } from "./dynamo-failure.ts";
import {
  BUDGET_KEY,
  budgetToItem,
  type Item,
  itemToBudget,
  itemToRow,
  rowToItem,
} from "./ledger-item.ts";

export type LedgerPlace = {
  readonly dedupTable: string;
  /** The consumer's sort key: its name, with its generation from the second on. */
  readonly consumer: string;
  /** The consumer's own table names, to physical ones. */
  readonly dataTables: Readonly<Record<string, string>>;
};

/** The fence in DynamoDB's words: the item is as it was read, or still absent. */
const ifUnchanged = (rev: number) =>
  rev === 0
    ? { ConditionExpression: "attribute_not_exists(orderId)" }
    : {
        ConditionExpression: "rev = :rev",
        ExpressionAttributeValues: { ":rev": { N: String(rev) } },
      };

const conditionalPut = (table: string, item: Item, rev: number): Put => ({
  TableName: table,
  Item: item,
  ...ifUnchanged(rev),
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
});

const changed = (found: Item | undefined, written: LedgerRow): LedgerResult =>
  found !== undefined && isOwnWrite(itemToRow(found), written)
    ? { kind: "committed" }
    : { kind: "changed", what: "row" };

/** Reasons come in the order of the request: the row, the effects, the budget (5.5). */
const cancelled = (error: TransactionCanceledException, write: LedgerWrite): LedgerResult => {
  const failed = (error.CancellationReasons ?? []).map(
    ({ Code }) => Code === "ConditionalCheckFailed",
  );
  if (failed[0]) return changed(error.CancellationReasons?.[0]?.Item, write.after);
  if (write.budget !== undefined && failed[write.effects.length + 1]) {
    return { kind: "changed", what: "budget" };
  }
  const others = (error.CancellationReasons ?? []).some(
    ({ Code }) => Code !== "None" && Code !== "ConditionalCheckFailed",
  );
  if (!others && failed.some(Boolean)) return { kind: "refused" };
  return dynamoFailure(error);
};

const failure = (error: unknown, write: LedgerWrite): LedgerResult => {
  if (error instanceof ConditionalCheckFailedException) return changed(error.Item, write.after);
  if (error instanceof TransactionCanceledException) return cancelled(error, write);
  return dynamoFailure(error);
};

/** Throws when the rows cannot be had: then nothing of the batch can be judged. */
const readItems = (
  client: DynamoDBClient,
  { dedupTable: table, consumer }: LedgerPlace,
  orderIds: readonly string[],
): Promise<Item[]> => {
  const keys = orderIds.map((orderId) => ({ orderId: { S: orderId }, consumer: { S: consumer } }));
  return batchGetItems(client, { table, keys, ConsistentRead: true });
};

export const dynamoLedger = (client: DynamoDBClient, place: LedgerPlace): Ledger => {
  const { dedupTable, consumer, dataTables } = place;
  const physical = (table: string): string => {
    const name = dataTables[table];
    if (name !== undefined) return name;
    const known = Object.keys(dataTables).join(", ") || "none";
    throw new Error(`unknown table "${table}"; declare it in the stack (declared: ${known})`);
  };
  const budgetPut = (before: Budget, after: Budget): Put =>
    conditionalPut(dedupTable, budgetToItem(after, consumer), before.rev);
  const rowPut = ({ before, after }: RowWrite): Put =>
    conditionalPut(dedupTable, rowToItem(after, consumer), before.rev);
  const updateOf = (effect: Adjust): Update => adjustUpdate(effect, physical(effect.table));
  const send = async (write: LedgerWrite): Promise<void> => {
    const put = rowPut(write);
    if (write.effects.length === 0 && write.budget === undefined) {
      await client.send(new PutItemCommand(put));
      return;
    }
    const updates = write.effects.map((effect) => ({ Update: updateOf(effect) }));
    const budget = write.budget && { Put: budgetPut(write.budget.before, write.budget.after) };
    const TransactItems = [{ Put: put }, ...updates, ...(budget === undefined ? [] : [budget])];
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  };
  return {
    read: async (orderIds) => {
      const rows = (await readItems(client, place, orderIds)).map(itemToRow);
      const found = new Map(rows.map((row) => [row.orderId, row]));
      return new Map(orderIds.map((id) => [id, found.get(id) ?? newRow(id)]));
    },
    readBudget: async () => {
      const Key = { orderId: { S: BUDGET_KEY }, consumer: { S: consumer } };
      const command = new GetItemCommand({ TableName: dedupTable, Key, ConsistentRead: true });
      return itemToBudget((await client.send(command)).Item);
    },
    commit: (write) =>
      send(write).then(
        () => ({ kind: "committed" }),
        (error: unknown) => failure(error, write),
      ),
    commitTogether: (rows, effects) =>
      commitTogether(client, {
        rows: rows.map((row) => ({ after: row.after, put: () => rowPut(row) })),
        effects: effects.map((effect) => () => updateOf(effect)),
      }),
    commitBudget: (before, after) =>
      client.send(new PutItemCommand(budgetPut(before, after))).then(
        () => ({ kind: "committed" }),
        (error: unknown) =>
          error instanceof ConditionalCheckFailedException
            ? { kind: "changed", what: "budget" }
            : dynamoFailure(error),
      ),
  };
};

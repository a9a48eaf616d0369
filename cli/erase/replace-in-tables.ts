/** Replaces a customer's id in one place at a time; each write is refused where it is not there any more. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import type { Item } from "../../lambdas/aws/ledger-item.ts";
import type { Stage } from "../stage-clients.ts";
import { CUSTOMER, type HeldOrder, type HeldRow, type HeldTable } from "./find-holdings.ts";
import { withoutId } from "./without-id.ts";

export type Ids = { readonly customerId: string; readonly pseudonym: string };

/** "changed": it is not as it was found; look again. */
export type Replaced = "replaced" | "changed";

const settle = (write: Promise<unknown>): Promise<Replaced> =>
  write.then(
    () => "replaced",
    (error: unknown) => {
      const refused =
        error instanceof ConditionalCheckFailedException ||
        error instanceof TransactionCanceledException;
      if (refused) return "changed";
      throw error;
    },
  );

/**
 * The version stays as it is, so the relay sends nothing. It must be the one that was found to be
 * applied everywhere: an event that was taken since has the old id in its body.
 */
export const replaceInOrder = (stage: Stage, order: HeldOrder, ids: Ids): Promise<Replaced> => {
  const { OrdersTable, OutboxAttribute } = stage.outputs;
  const prefix = OutboxAttribute === undefined ? "" : "#outbox.";
  return settle(
    stage.dynamo.send(
      new UpdateItemCommand({
        TableName: OrdersTable,
        Key: order.key,
        UpdateExpression: `SET ${prefix}#customer = :pseudonym`,
        ConditionExpression: `${prefix}#customer = :id AND ${prefix}#version = :version`,
        ExpressionAttributeNames: {
          ...{ "#customer": CUSTOMER, "#version": "version" },
          ...(OutboxAttribute === undefined ? {} : { "#outbox": OutboxAttribute }),
        },
        ExpressionAttributeValues: {
          ":id": { S: ids.customerId },
          ":pseudonym": { S: ids.pseudonym },
          ":version": { N: String(order.version) },
        },
      }),
    ),
  );
};

/** As every write of a row: refused unless it is as it was read. */
export const replaceInRow = async (
  { dynamo, outputs }: Stage,
  { consumer, row }: HeldRow,
  { customerId, pseudonym }: Ids,
): Promise<Replaced> => {
  const place = { dedupTable: outputs.DedupTable, consumer, dataTables: {} };
  const after = { ...withoutId(row, customerId, pseudonym), rev: row.rev + 1, by: pseudonym };
  const write = { before: row, after, effects: [] };
  const result = await dynamoLedger(dynamo, place).commit(write);
  if (result.kind === "committed") return "replaced";
  if (result.kind === "changed") return "changed";
  throw new Error(`a row of ${consumer} could not be written; start the command again`);
};

type Expression = {
  readonly names: Record<string, string>;
  readonly values: Record<string, AttributeValue>;
  readonly conditions: readonly string[];
};

/** That the row is still as it was found: what was added to it since must not be lost. */
const asFound = (row: Item, keyNames: readonly string[]): Expression => {
  const attributes = Object.entries(row).filter(([name]) => !keyNames.includes(name));
  return {
    names: {
      "#key": CUSTOMER,
      ...Object.fromEntries(attributes.map(([name], index) => [`#a${index}`, name])),
    },
    values: Object.fromEntries(attributes.map(([, value], index) => [`:a${index}`, value])),
    conditions: [
      "attribute_exists(#key)",
      ...attributes.map((_, index) => `#a${index} = :a${index}`),
    ],
  };
};

const addTo = (row: Item, keyNames: readonly string[]) => {
  const attributes = Object.entries(row).filter(([name]) => !keyNames.includes(name));
  const adds = attributes.flatMap(([, value], index) =>
    value.N === undefined ? [] : [`#a${index} :a${index}`],
  );
  const sets = attributes.flatMap(([, value], index) =>
    value.N === undefined ? [`#a${index} = if_not_exists(#a${index}, :a${index})`] : [],
  );
  return [
    ...(adds.length === 0 ? [] : [`ADD ${adds.join(", ")}`]),
    ...(sets.length === 0 ? [] : [`SET ${sets.join(", ")}`]),
  ].join(" ");
};

/** A row under the customer's own key: its numbers go over to the pseudonym's row, and it goes. */
const moveRow = (stage: Stage, { physicalName, keyNames }: HeldTable, row: Item, ids: Ids) => {
  const { names, values, conditions } = asFound(row, keyNames);
  const Key = Object.fromEntries(keyNames.map((name) => [name, row[name] ?? { NULL: true }]));
  const { "#key": _, ...attributeNames } = names;
  const hasAttributes = Object.keys(values).length > 0;
  const update = {
    TableName: physicalName,
    Key: { ...Key, [CUSTOMER]: { S: ids.pseudonym } },
    ...(hasAttributes
      ? {
          UpdateExpression: addTo(row, keyNames),
          ExpressionAttributeNames: attributeNames,
          ExpressionAttributeValues: values,
        }
      : { UpdateExpression: undefined }),
  };
  return stage.dynamo.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Delete: {
            ...{ TableName: physicalName, Key, ExpressionAttributeNames: names },
            ConditionExpression: conditions.join(" AND "),
            ...(hasAttributes ? { ExpressionAttributeValues: values } : {}),
          },
        },
        { Update: update },
      ],
    }),
  );
};

const replaceAttribute = (stage: Stage, table: HeldTable, row: Item, ids: Ids) =>
  stage.dynamo.send(
    new UpdateItemCommand({
      TableName: table.physicalName,
      Key: Object.fromEntries(table.keyNames.map((name) => [name, row[name] ?? { NULL: true }])),
      UpdateExpression: "SET #customer = :pseudonym",
      ConditionExpression: "#customer = :id",
      ExpressionAttributeNames: { "#customer": CUSTOMER },
      ExpressionAttributeValues: {
        ":id": { S: ids.customerId },
        ":pseudonym": { S: ids.pseudonym },
      },
    }),
  );

export const replaceInTable = (
  stage: Stage,
  table: HeldTable,
  row: Item,
  ids: Ids,
): Promise<Replaced> =>
  settle(
    table.place === "key"
      ? moveRow(stage, table, row, ids)
      : replaceAttribute(stage, table, row, ids),
  );

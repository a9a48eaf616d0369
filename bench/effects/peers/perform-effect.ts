import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Effect } from "./plain-effect.ts";

export type PerformOptions = {
  /** How several writes without a condition go: all or none, or each by itself at half the units. */
  readonly severalWrites: "in one transaction" | "side by side";
};

const writeOne = async (
  client: DynamoDBClient,
  { Put, Update }: TransactWriteItem,
): Promise<void> => {
  if (Put !== undefined) await client.send(new PutItemCommand(Put));
  if (Update !== undefined) {
    await client.send(new UpdateItemCommand(Update as UpdateItemCommandInput));
  }
};

const writeAll = async (
  client: DynamoDBClient,
  writes: readonly TransactWriteItem[],
  { severalWrites }: PerformOptions,
): Promise<void> => {
  const [first, ...others] = writes;
  if (first === undefined) return;
  if (others.length === 0) return writeOne(client, first);
  const isConditional = writes.some((write) => write.Update?.ConditionExpression !== undefined);
  if (severalWrites === "side by side" && !isConditional) {
    await Promise.all(writes.map((write) => writeOne(client, write)));
    return;
  }
  await client.send(new TransactWriteItemsCommand({ TransactItems: [...writes] }));
};

/** A condition said no; a conflict, a throttle or anything else is thrown on. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException ||
  (error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).every(
      ({ Code }) => Code === "None" || Code === "ConditionalCheckFailed",
    ));

export const performEffect = async (
  client: DynamoDBClient,
  { writes, otherwise }: Effect,
  options: PerformOptions,
): Promise<void> => {
  try {
    await writeAll(client, writes, options);
  } catch (error) {
    if (otherwise === undefined || !isRefusal(error)) throw error;
    await writeAll(client, otherwise, options);
  }
};

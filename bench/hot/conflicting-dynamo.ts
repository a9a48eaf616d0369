/**
 * A model of DynamoDB's transaction conflicts around a client that knows none.
 *
 * An item of a transaction is taken from its request until its reply. Another transaction that
 * wants it is cancelled with the reason `TransactionConflict`, a single write of it is refused with
 * `TransactionConflictException`, and neither is retried by the SDK (5.5). A cancelled transaction
 * holds those of its items that were free until its own reply, as two-phase commits do: AWS does
 * not say, and it is the harder case. Plain reads wait for nobody.
 */
import {
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Random } from "../../lambdas/core/ports.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export type Counts = {
  requests: number;
  transactions: number;
  conflicts: number;
  writeUnits: number;
};

export type ConflictingDynamo = { readonly client: DynamoDBClient; readonly counts: Counts };

export type ConflictModel = {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** A call takes this long on average, from half to one and a half of it. */
  readonly serviceMs: number;
  /** The names of each table's key attributes. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
};

type Written = {
  readonly TableName?: string | undefined;
  readonly Key?: object | undefined;
  readonly Item?: object | undefined;
};

const metadata = { $metadata: { httpStatusCode: 400 } };
const CONFLICT = {
  Code: "TransactionConflict",
  Message: "Transaction is ongoing for the item",
};

const cancelled = (conflicting: readonly boolean[]) =>
  new TransactionCanceledException({
    message: "Transaction cancelled, please refer cancellation reasons for specific reasons",
    CancellationReasons: conflicting.map((conflict) => (conflict ? CONFLICT : { Code: "None" })),
    ...metadata,
  });

const refused = () =>
  new TransactionConflictException({ message: "Transaction is ongoing for the item", ...metadata });

const writeOf = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): Written =>
  Put ?? Update ?? Delete ?? ConditionCheck ?? {};

export const conflictingDynamo = (
  inner: DynamoDBClient,
  model: ConflictModel,
): ConflictingDynamo => {
  const { clock, random, serviceMs, keys } = model;
  const taken = new Set<string>();
  const counts: Counts = { requests: 0, transactions: 0, conflicts: 0, writeUnits: 0 };
  const keyOf = ({ TableName = "", Key, Item }: Written): string => {
    const names = keys[TableName];
    if (names === undefined) throw new Error(`no keys are known of the table ${TableName}`);
    const values = new Map(Object.entries(Key ?? Item ?? {}));
    return JSON.stringify([TableName, ...names.map((name) => values.get(name))]);
  };
  const served = () => clock.sleep(serviceMs * (0.5 + random()));

  const transact = async (command: TransactWriteItemsCommand) => {
    const wanted = (command.input.TransactItems ?? []).map((item) => keyOf(writeOf(item)));
    const conflicting = wanted.map((key) => taken.has(key));
    const own = wanted.filter((key) => !taken.has(key));
    for (const key of own) taken.add(key);
    counts.transactions++;
    // Two writes an item, also when it is cancelled (5.3); no item here is over 1 KB.
    counts.writeUnits += 2 * wanted.length;
    try {
      await served();
      if (!conflicting.includes(true)) return await clock.outside(() => inner.send(command));
      counts.conflicts++;
      throw cancelled(conflicting);
    } finally {
      for (const key of own) taken.delete(key);
    }
  };

  const single = async (command: PutItemCommand | UpdateItemCommand) => {
    const conflict = taken.has(keyOf(command.input));
    counts.writeUnits += 1;
    await served();
    if (!conflict) return clock.outside(() => inner.send(command as PutItemCommand));
    counts.conflicts++;
    throw refused();
  };

  const send = async (command: unknown) => {
    counts.requests++;
    if (command instanceof TransactWriteItemsCommand) return transact(command);
    if (command instanceof PutItemCommand || command instanceof UpdateItemCommand) {
      return single(command);
    }
    await served();
    return clock.outside(() => inner.send(command as PutItemCommand));
  };
  return { client: { send } as unknown as DynamoDBClient, counts };
};

/** Rows of several orders and their effects as one transaction; of what cancels it, who was at fault. */
import {
  type DynamoDBClient,
  type Put,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
} from "@aws-sdk/client-dynamodb";
import { isOwnWrite, type LedgerRow } from "../core/ledger-row.ts";
import type { ItemVerdict, TogetherResult } from "../core/ports.ts";
import { BUSY, dynamoFailure } from "./dynamo-failure.ts";
import { itemToRow } from "./ledger-item.ts";

export type TogetherWrite = {
  readonly rows: readonly { readonly after: LedgerRow; readonly put: () => Put }[];
  readonly effects: readonly (() => Update)[];
};

/** What cannot be put in DynamoDB's words, such as a number that is none, is no fault of the rest. */
const built = <T>(build: () => T): T | undefined => {
  try {
    return build();
  } catch {
    return undefined;
  }
};

const builtVerdict = (item: object | undefined): ItemVerdict =>
  item === undefined ? "invalid" : "fine";

type Reason = NonNullable<TransactionCanceledException["CancellationReasons"]>[number];

const verdictOf = ({ Code = "None", Item }: Reason = {}, row?: LedgerRow): ItemVerdict => {
  if (Code === "None") return "fine";
  if (Code !== "ConditionalCheckFailed") return BUSY.has(Code) ? "busy" : "invalid";
  const own = row !== undefined && Item !== undefined && isOwnWrite(itemToRow(Item), row);
  return own ? "own" : "refused";
};

/** Reasons come in the order of the request (5.5). */
const failure = (error: unknown, { rows, effects }: TogetherWrite): TogetherResult => {
  if (!(error instanceof TransactionCanceledException)) return dynamoFailure(error);
  const reasons = error.CancellationReasons ?? [];
  return {
    kind: "cancelled",
    rows: rows.map(({ after }, index) => verdictOf(reasons[index], after)),
    effects: effects.map((_, index) => verdictOf(reasons[rows.length + index])),
  };
};

export const commitTogether = async (
  client: DynamoDBClient,
  write: TogetherWrite,
): Promise<TogetherResult> => {
  const puts = write.rows.map(({ put }) => built(put));
  const updates = write.effects.map((update) => built(update));
  const Puts = puts.flatMap((put) => (put === undefined ? [] : [{ Put: put }]));
  const Updates = updates.flatMap((update) => (update === undefined ? [] : [{ Update: update }]));
  if (Puts.length < puts.length || Updates.length < updates.length) {
    const [rows, effects] = [puts.map(builtVerdict), updates.map(builtVerdict)];
    return { kind: "cancelled", rows, effects };
  }
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: [...Puts, ...Updates] }));
    return { kind: "committed" };
  } catch (error) {
    return failure(error, write);
  }
};

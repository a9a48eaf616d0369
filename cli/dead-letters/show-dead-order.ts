/** All that is known of one dead order: the row's reasons in full, its events, and its letter. */
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { type LedgerRow, newRow } from "../../lambdas/core/ledger-row.ts";
import { lifeOf } from "../../lambdas/core/order-standing.ts";
import { dueAt } from "../due-at.ts";
import { readHistoriesOf } from "../read-histories.ts";
import type { Stage } from "../stage-clients.ts";
import { type ConsumerOutput, consumerNamed } from "../stage-outputs.ts";
import type { DeadOrder, Letter } from "./dead-letter.ts";
import { findLetter } from "./find-letter.ts";
import { judgeOrder } from "./judge-order.ts";
import { lookAlone } from "./look-alone.ts";
import { dueNext } from "./skips.ts";

export type ShownOrder = {
  readonly consumer: string;
  readonly orderId: string;
  /** `undefined` where nothing of it is dead here. */
  readonly dead: DeadOrder | undefined;
  /** With the error's stack and all that operators discarded, without the consumer's own state. */
  readonly row: Pick<LedgerRow, "seq" | "rev" | "life" | "discarded">;
  /** Events of the order; missing for one that is not in the store. */
  readonly version: number | undefined;
  /** Its first letter that the queue gave out; left out where none did, or none was looked for. */
  readonly letter?: Pick<Letter, "messageId" | "sequence">;
  /** Customer data, and only where it was asked for. */
  readonly body?: string;
};

export type ShowOptions = {
  /** Also look for its letter in the queue: where the row has no decision, only that can tell. */
  readonly look?: "always" | "without a decision";
  /** Customer data: `body` is left out otherwise. */
  readonly body?: "show" | "leave out";
  readonly signal?: AbortSignal;
};

export const readRow = async (
  { dynamo, outputs }: Stage,
  { name }: ConsumerOutput,
  orderId: string,
): Promise<LedgerRow> => {
  const place = { dedupTable: outputs.DedupTable, consumer: name, dataTables: {} };
  return (await dynamoLedger(dynamo, place).read([orderId])).get(orderId) ?? newRow(orderId);
};

/** Also beside a run, which is about other orders or about to end: whoever discards is told of it. */
const lookFor = async (
  stage: Stage,
  { name, deadLetterQueueUrl }: ConsumerOutput,
  orderId: string,
  signal: AbortSignal | undefined,
): Promise<Letter | undefined> => {
  const find = (until: AbortSignal | undefined) =>
    findLetter(stage.sqs, deadLetterQueueUrl, orderId, until);
  const look = await lookAlone(stage, name, { signal }, find);
  return look.kind === "looked" ? look.value : find(signal);
};

export const showDeadOrder = async (
  stage: Stage,
  { consumer: name, orderId }: { readonly consumer: string; readonly orderId: string },
  { look = "without a decision", body = "leave out", signal }: ShowOptions = {},
): Promise<ShownOrder> => {
  const consumer = consumerNamed(stage.outputs, name);
  const { seq, rev, life, discarded } = await readRow(stage, consumer, orderId);
  const row = { seq, ...(life === undefined ? {} : { life }) };
  const due = dueAt(stage.outputs, consumer);
  const types = (await readHistoriesOf(stage, [orderId])).get(orderId);
  const decided = lifeOf(row, dueNext({ types, due }, seq))?.dead !== undefined;
  // The row of an unreadable message outlives it, so the queue is asked.
  const ofMessage = orderId.startsWith("#");
  const wanted = look === "always" || body === "show" || !decided || ofMessage;
  const letter = wanted ? await lookFor(stage, consumer, orderId, signal) : undefined;
  return {
    consumer: consumer.name,
    orderId,
    dead: judgeOrder({ orderId, row, types, due, peeked: letter }),
    row: { ...row, rev, ...(discarded === undefined ? {} : { discarded }) },
    version: types?.length,
    ...(letter === undefined
      ? {}
      : { letter: { messageId: letter.messageId, sequence: letter.sequence } }),
    ...(body === "show" && letter !== undefined ? { body: letter.body } : {}),
  };
};

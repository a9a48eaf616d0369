/**
 * Effect and watermark in one atomic write, conditional on the row being as it was read. A crash
 * at any point leaves both or neither, and a late invocation finds its condition refused.
 */
import type { Arrival } from "./arrival.ts";
import type { Adjust, Change, Effect, Fact } from "./consumer.ts";
import { type ConsumerContext, commitPatiently } from "./consumer-context.ts";
import { expiresAt, LONGEST_PATH_DAYS } from "./expires-at.ts";
import { epochMs } from "./iso-time.ts";
import type { JsonObject, LedgerRow } from "./ledger-row.ts";
import { mergeAdjusts } from "./merge-adjusts.ts";
import type { LedgerResult, Message } from "./ports.ts";

/**
 * Names one write of one delivery (SQS counts them). What it writes belongs to the name: after a
 * lost reply a delivery writes something else on the same row, and must not take it for written.
 */
export const writeId = (
  message: Message,
  what: "applied" | "otherwise" | "together" | "life" | "dead",
): string => `${message.messageId}/${message.receiveCount}/${what}`;

export const expiry = (context: ConsumerContext, { content }: Arrival): { expiresAt?: number } => {
  const { retainDays } = context.rules;
  if (retainDays === 0 || context.consumer.keepsRows === "forever") return {};
  if (content.kind !== "event") return {};
  const { type, time } = content.event;
  if (type !== "order.delivered" && type !== "order.cancelled") return {};
  return { expiresAt: expiresAt(epochMs(time), retainDays + LONGEST_PATH_DAYS) };
};

/**
 * The two ways of one change are two writes: a late first one must not pass for the second. What
 * was written for several events, in the name of the last, is told from that one's own.
 */
type Branch = Change<JsonObject> & {
  readonly branch?: "applied" | "otherwise" | "together";
  /** Of an earlier one of several events. */
  readonly expiresAt?: number;
};

/** The row once the arrival is applied; its life is over. */
const appliedRow = (
  context: ConsumerContext,
  row: LedgerRow,
  arrival: Arrival,
  { branch = "applied", state = row.state, expiresAt = row.expiresAt }: Branch,
): LedgerRow => ({
  orderId: row.orderId,
  seq: arrival.sequence,
  rev: row.rev + 1,
  by: writeId(arrival.message, branch),
  appliedAtMs: context.clock.nowMs(),
  ...(state === undefined ? {} : { state }),
  ...(row.discarded === undefined ? {} : { discarded: row.discarded }),
  ...(expiresAt === undefined ? {} : { expiresAt }),
  ...(row.newer === undefined ? {} : { newer: row.newer }),
  ...expiry(context, arrival),
});

export const factsOf = (effects: readonly Effect[]): readonly Fact[] =>
  effects.filter((effect): effect is Fact => effect.kind === "fact");

/** One change an item, since a transaction holds none twice (5.1). */
export const adjustsOf = (effects: readonly Effect[]): readonly Adjust[] => [
  ...mergeAdjusts(effects.filter((effect): effect is Adjust => effect.kind === "adjust")).values(),
];

export type Applied =
  | { readonly kind: "committed"; readonly row: LedgerRow }
  | Exclude<LedgerResult, { kind: "committed" }>;

export const applyOnce = async (
  context: ConsumerContext,
  row: LedgerRow,
  arrival: Arrival,
  change: Branch,
): Promise<Applied> => {
  const effects = change.effects ?? [];
  const facts = factsOf(effects);
  if (facts.length > 0) {
    const put = await context.facts.put(facts);
    if (put.kind !== "committed") return put;
  }
  const after = appliedRow(context, row, arrival, change);
  const write = { before: row, after, effects: adjustsOf(effects) };
  const alone = write.effects.length === 0 || context.group === undefined;
  const result = await (alone ? commitPatiently(context, write) : context.group(write));
  if (result.kind === "committed") return { kind: "committed", row: after };
  if (result.kind === "refused" && change.otherwise !== undefined) {
    return applyOnce(context, row, arrival, { ...change.otherwise, branch: "otherwise" });
  }
  return result;
};

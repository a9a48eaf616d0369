/** The dead letters of one stage, by the functions that `bus dlq` calls. */
import { describeDiscard } from "../dead-letters/describe-discard.ts";
import { describeResult } from "../dead-letters/describe-redrive.ts";
import {
  type DiscardPlan,
  type DiscardResult,
  discardDeadEvent,
  planDiscard,
} from "../dead-letters/discard-dead-event.ts";
import { listDeadLetters } from "../dead-letters/list-dead-letters.ts";
import { PARTLY_SEEN } from "../dead-letters/peek-letters.ts";
import type { PlannedOrder, RedrivePlan } from "../dead-letters/plan.ts";
import { type RedriveResult, redriveDeadLetters } from "../dead-letters/redrive-dead-letters.ts";
import type { Stage } from "../stage-clients.ts";
import type { DeadLetterPorts, WorkEnd } from "./console-ports.ts";

const CANARY_SECONDS = 120;

/** The tools name a consumer without its generation, and mean the newest. */
const baseName = (consumer: string): string => consumer.split("@")[0] ?? consumer;

const endOfRedrive = (result: RedriveResult): WorkEnd["kind"] => {
  switch (result.kind) {
    case "done":
      return result.notFound === 0 && result.failedSends === 0 ? "done" : "stopped";
    case "interrupted":
      return "stopped";
    case "canary failed":
    case "lease lost":
    case "leased":
      return "failed";
  }
};

type Outcome = { readonly plan: DiscardPlan; readonly result: DiscardResult } | undefined;

/** The very event that was shown; one that was redriven or died anew meanwhile is left. */
const discardOne = async (
  stage: Stage,
  consumer: string,
  { orderId, fromSequence, headMessageId }: PlannedOrder,
  options: { readonly who: string; readonly why: string; readonly signal: AbortSignal },
): Promise<Outcome> => {
  const place = { consumer: baseName(consumer), orderId };
  const look = { look: "without a decision", signal: options.signal } as const;
  const plan = await planDiscard(stage, place, look);
  if (plan === undefined || plan.seen.seq !== fromSequence) return undefined;
  if (plan.head.messageId !== headMessageId) return undefined;
  return { plan, result: await discardDeadEvent(stage, plan, options) };
};

const isDiscarded = (outcome: Outcome): boolean => outcome?.result.kind === "discarded";

const endOfDiscard = (orders: readonly PlannedOrder[], outcomes: readonly Outcome[]): WorkEnd => {
  const discarded = outcomes.filter(isDiscarded).length;
  const left = orders.length - discarded;
  const lines = outcomes
    .filter((outcome) => outcome !== undefined && (orders.length === 1 || !isDiscarded(outcome)))
    .map((outcome) => (outcome === undefined ? "" : describeDiscard(outcome.plan, outcome.result)));
  const rest = left === 0 ? "" : `; ${left} were left as they are: changed meanwhile, or not begun`;
  const sum = `${discarded} of ${orders.length} events were discarded${rest}`;
  return { kind: left === 0 ? "done" : "stopped", text: [...lines.slice(0, 5), sum].join("\n") };
};

const discardAll = async (
  stage: Stage,
  { consumer, orders }: RedrivePlan,
  { onProgress, ...options }: Parameters<DeadLetterPorts["discard"]>[1] & { readonly who: string },
): Promise<WorkEnd> => {
  const outcomes: Outcome[] = [];
  for (const order of orders) {
    if (options.signal.aborted) break;
    outcomes.push(await discardOne(stage, consumer, order, options));
    onProgress(outcomes.length);
  }
  return endOfDiscard(orders, outcomes);
};

export const stageDeadLetters = (stage: Stage, operator: string): DeadLetterPorts => ({
  list: (consumer, options) =>
    listDeadLetters(stage, baseName(consumer), { ...options, holder: `${operator} (console)` }),
  redrive: async (plan, { canary, onProgress, ...options }) => {
    const result = await redriveDeadLetters(stage, plan, {
      ...options,
      holder: `${operator} (console)`,
      canarySeconds: canary === "first" ? CANARY_SECONDS : 0,
      onProgress: ({ moved }) => onProgress(moved),
    });
    const remarks = plan.partlySeen ? [PARTLY_SEEN] : [];
    const text = [...remarks, describeResult(result)].join("\n");
    return { kind: endOfRedrive(result), text };
  },
  discard: (plan, options) => discardAll(stage, plan, { ...options, who: operator }),
});

/**
 * Proves, order by order, that no event is lost: each consumer's watermark has reached the last event
 * that is due there, or the rest lies in that consumer's dead-letter queue.
 *
 * Orders are read before rows, and rows before queues: events go that way, so a busy bus may look
 * further along than it is in total, but an event is never missed between two reads.
 */
import type { SettleRules, StandingRules } from "../../lambdas/core/order-standing.ts";
import { readHistoriesOf } from "../read-histories.ts";
import { retryMs } from "../retry-ms.ts";
import type { Stage } from "../stage-clients.ts";
import type { Audit, Finding } from "./audit.ts";
import { auditConsumer, problemsOf, remarksOf } from "./audit-consumer.ts";
import type { OrderIndex } from "./order-index.ts";
import {
  type ConsumerStandings,
  readOrderIndex,
  readStandings,
  type Scanning,
} from "./read-standings.ts";
import { type RelayLook, relayHold } from "./relay-hold.ts";
import { tallyConsumer } from "./tally-consumer.ts";

export type AuditOptions = Scanning & {
  /**
   * Also finds out, order by order, where each missing event is. That takes looks into dead-letter
   * queues, which hide letters from others for a moment.
   */
  readonly find?: {
    /** An order whose next event at a consumer is younger than this is left out. */
    readonly settleSeconds: number;
  };
  readonly nowMs?: () => number;
};

/** A row ahead of its order is another's fault only if the order has not moved on meanwhile. */
const confirmAhead = async (
  stage: Stage,
  standings: readonly ConsumerStandings[],
): Promise<string[]> => {
  const rows = standings.flatMap(({ consumer, ahead }) =>
    ahead.map(({ orderId, seq }) => ({ consumer: consumer.name, orderId, seq })),
  );
  const ids = rows.map(({ orderId }) => orderId);
  const histories = await readHistoriesOf(stage, ids);
  return rows.flatMap(({ consumer, orderId, seq }) => {
    const version = histories.get(orderId)?.length ?? Number.POSITIVE_INFINITY;
    if (seq <= version) return [];
    return [`${consumer} applied event ${seq} of order ${orderId}, which has ${version}`];
  });
};

type ScannedStandings = {
  readonly index: OrderIndex;
  readonly standings: readonly ConsumerStandings[];
};

const rulesOf = (
  { outputs }: Stage,
  { find }: AuditOptions,
  nowMs: number,
): SettleRules & StandingRules =>
  find === undefined
    ? { nowMs, settleMs: 0, retryMs: 0 }
    : { nowMs, settleMs: find.settleSeconds * 1_000, retryMs: retryMs(outputs) };

/** Who has all that it needs of an order, and has never had to hear of the event that is missing. */
const withIgnoring = (
  findings: readonly Finding[],
  { index, standings }: ScannedStandings,
): Finding[] =>
  findings.map((finding) => {
    const place = index.placeOf(finding.orderId);
    const ignoring = standings.filter(
      ({ standingAt, seqAt }) =>
        place !== undefined && standingAt(place) === "whole" && seqAt(place) < finding.next,
    );
    return { ...finding, ignoredBy: ignoring.map(({ consumer }) => consumer.name) };
  });

/**
 * What no consumer has may never have come to the topic. While the relay holds something back, or may
 * do so, that is late and not lost: sent again, it would only come twice.
 */
const weighRelay = async (
  stage: Stage,
  findings: readonly Finding[],
  { index, standings, ...look }: RelayLook & ScannedStandings,
): Promise<Finding[]> => {
  const isUnsent = ({ orderId, next, where }: Finding): boolean => {
    const place = index.placeOf(orderId);
    return (
      where === "lost" && standings.every(({ seqAt }) => place === undefined || seqAt(place) < next)
    );
  };
  const because = findings.some(isUnsent) ? await relayHold(stage, look) : undefined;
  if (because === undefined) return [...findings];
  return findings.map((each) => (isUnsent(each) ? { ...each, where: "overdue", because } : each));
};

const byOrder = (one: Finding, other: Finding): number =>
  one.orderId < other.orderId ? -1 : one.orderId > other.orderId ? 1 : 0;

export const auditOrders = async (stage: Stage, options: AuditOptions = {}): Promise<Audit> => {
  const nowMs = (options.nowMs ?? Date.now)();
  const rules = rulesOf(stage, options, nowMs);
  const { index, events, problems } = await readOrderIndex(stage, { ...options, settle: rules });
  const standings = await readStandings(stage, index, { ...options, rules });
  const find = options.find === undefined ? "what the counts need" : "each event";
  const { signal } = options;
  const judged = await Promise.all(
    standings.map((each) => {
      const tally = tallyConsumer(index, each);
      return auditConsumer(stage, each.consumer, { tally, find, nowMs, signal });
    }),
  );
  const findings = await weighRelay(
    stage,
    withIgnoring(
      judged.flatMap((each) => each.findings),
      { index, standings },
    ),
    { index, standings, ...rules, signal },
  );
  problems.push(...judged.flatMap(problemsOf), ...(await confirmAhead(stage, standings)));
  return {
    ok: problems.length === 0,
    orders: index.size(),
    events,
    consumers: judged.map(({ audit }) => audit),
    problems,
    remarks: judged.flatMap(remarksOf),
    findings: findings.sort(byOrder),
  };
};

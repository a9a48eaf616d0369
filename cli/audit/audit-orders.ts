/**
 * Proves, order by order, that no event is lost: each consumer's watermark has reached the order's
 * version, or the rest lies in that consumer's dead-letter queue.
 *
 * By the protocol every event moves every consumer's watermark, whether the consumer handles its
 * type or not. So the version itself is asked for, which is at least the consumer's due sequence,
 * and the audit needs to know nothing of what a deployed consumer handles.
 *
 * Orders are read before rows, and rows before queues: events go that way, so a busy bus may look
 * further along than it is in total, but an event is never missed between two reads.
 */
import { itemToRow } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { queueDepth } from "../queue-depth.ts";
import { readVersions } from "../read-versions.ts";
import { scanOrders } from "../scan-orders.ts";
import { scanTable } from "../scan-table.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";

export type ConsumerAudit = {
  readonly name: string;
  /** Events up to the watermarks. */
  readonly applied: number;
  /** Orders whose watermark is short of their version, and whose next event is not decided dead. */
  readonly behind: number;
  /** A few of those, for a person to look at. */
  readonly behindOrders: readonly string[];
  /** Orders whose next event is decided dead, and their events from there on. */
  readonly parkedOrders: number;
  readonly parkedEvents: number;
  /** Messages in its queue: to be applied, or dead and on their way to the dead-letter queue. */
  readonly waiting: number;
  readonly deadLetters: number;
  /** Parked events that lie in neither queue. */
  readonly missing: number;
};

export type Audit = {
  readonly ok: boolean;
  readonly orders: number;
  readonly events: number;
  readonly consumers: readonly ConsumerAudit[];
  /** Each reason why it is not ok, as a sentence. */
  readonly problems: readonly string[];
};

const SHOWN_ORDERS = 5;

type Orders = {
  readonly versions: ReadonlyMap<string, number>;
  readonly events: number;
  readonly problems: string[];
};

const readOrders = async (stage: Stage): Promise<Orders> => {
  const versions = new Map<string, number>();
  const problems: string[] = [];
  let events = 0;
  for await (const order of scanOrders(stage)) {
    const { orderId } = order;
    if (order.kind === "no order") problems.push(`order ${orderId} is faulty: ${order.reason}`);
    // In a table of the user's own, where an item may be copied with all that is in it.
    else if (versions.has(orderId)) problems.push(`order ${orderId} is in two items; allowed: one`);
    else {
      versions.set(orderId, order.item.version);
      events += order.item.version;
    }
  }
  return { versions, events, problems };
};

type Tally = {
  applied: number;
  parkedOrders: number;
  parkedEvents: number;
  readonly settled: Set<string>;
  readonly ahead: LedgerRow[];
};

const emptyTally = (): Tally => ({
  applied: 0,
  parkedOrders: 0,
  parkedEvents: 0,
  settled: new Set(),
  ahead: [],
});

const isParked = ({ seq, life }: LedgerRow): boolean =>
  life?.dead !== undefined && life.seq === seq + 1;

const tallyRow = (tally: Tally, row: LedgerRow, version: number): void => {
  tally.applied += Math.min(row.seq, version);
  if (row.seq > version) tally.ahead.push(row);
  if (row.seq >= version) tally.settled.add(row.orderId);
  else if (isParked(row)) {
    tally.settled.add(row.orderId);
    tally.parkedOrders++;
    tally.parkedEvents += version - row.seq;
  }
};

const readRows = async (
  { dynamo, outputs }: Stage,
  versions: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Tally>> => {
  const tallies = new Map(outputs.Consumers.map(({ name }) => [name, emptyTally()]));
  for await (const item of scanTable(dynamo, { TableName: outputs.DedupTable })) {
    const tally = tallies.get(item.consumer?.S ?? "");
    const version = versions.get(item.orderId?.S ?? "");
    // No version: a budget, an unreadable message, or an order placed since the orders were read.
    if (tally === undefined || version === undefined) continue;
    tallyRow(tally, itemToRow(item), version);
  }
  return tallies;
};

/** A row ahead of its order is another's fault only if the order has not moved on meanwhile. */
const confirmAhead = async (
  stage: Stage,
  tallies: ReadonlyMap<string, Tally>,
): Promise<string[]> => {
  const rows = [...tallies].flatMap(([consumer, { ahead }]) =>
    ahead.map(({ orderId, seq }) => ({ consumer, orderId, seq })),
  );
  const versions = await readVersions(stage, new Set(rows.map(({ orderId }) => orderId)));
  return rows.flatMap(({ consumer, orderId, seq }) => {
    const version = versions.get(orderId) ?? Number.POSITIVE_INFINITY;
    if (seq <= version) return [];
    return [`${consumer} applied event ${seq} of order ${orderId}, which has ${version}`];
  });
};

const auditConsumer = async (
  { sqs }: Stage,
  { name, queueUrl, deadLetterQueueUrl }: ConsumerOutput,
  { tally, versions }: { readonly tally: Tally; readonly versions: ReadonlyMap<string, number> },
): Promise<ConsumerAudit> => {
  // In this order: a message that moves in between is seen twice, never overlooked.
  const waiting = await queueDepth(sqs, queueUrl);
  const deadLetters = await queueDepth(sqs, deadLetterQueueUrl);
  const { applied, parkedOrders, parkedEvents, settled } = tally;
  const behindOrders: string[] = [];
  for (const orderId of versions.keys()) {
    if (behindOrders.length === SHOWN_ORDERS) break;
    if (!settled.has(orderId)) behindOrders.push(orderId);
  }
  return {
    name,
    applied,
    behind: versions.size - settled.size,
    behindOrders,
    parkedOrders,
    parkedEvents,
    waiting,
    deadLetters,
    missing: Math.max(0, parkedEvents - waiting - deadLetters),
  };
};

const problemsOf = (consumer: ConsumerAudit): readonly string[] => {
  const { name, behind, behindOrders, parkedEvents, waiting, deadLetters, missing } = consumer;
  return [
    ...(behind === 0
      ? []
      : [`${name} is behind on ${behind} orders, such as ${behindOrders.join(", ")}`]),
    ...(missing === 0
      ? []
      : [
          `${name} has ${parkedEvents} parked events, but only ${deadLetters} dead letters ` +
            `and ${waiting} waiting messages`,
        ]),
  ];
};

export const auditOrders = async (stage: Stage): Promise<Audit> => {
  const { versions, events, problems } = await readOrders(stage);
  const tallies = await readRows(stage, versions);
  const tallyOf = (name: string) => tallies.get(name) ?? emptyTally();
  const consumers = await Promise.all(
    stage.outputs.Consumers.map((consumer) =>
      auditConsumer(stage, consumer, { tally: tallyOf(consumer.name), versions }),
    ),
  );
  problems.push(...consumers.flatMap(problemsOf), ...(await confirmAhead(stage, tallies)));
  return { ok: problems.length === 0, orders: versions.size, events, consumers, problems };
};

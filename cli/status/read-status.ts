/**
 * How a stage is doing right now: what each consumer has before it, what is dead, whether it is in
 * an outage, and whether the shop takes new orders. It writes nothing.
 *
 * Queues and tables must answer. What Lambda or CloudWatch cannot tell is left out and named in
 * `notKnown`: no figure is made up, and a part that fails hides no other.
 */
import { GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { BUDGET_KEY, itemToBudget } from "../../lambdas/aws/ledger-item.ts";
import { readAdmissionState } from "../../lambdas/aws/read-admission-state.ts";
import { type AdmissionState, type Door, doorAt } from "../../lambdas/core/admission.ts";
import { queueCounts, queueDepth } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { type Asked, askMonitors } from "./ask-monitors.ts";
import type { MappingState } from "./read-mapping-state.ts";

/**
 * `no budget`: the dead-letter budget is empty, so nothing more is dead-lettered for now.
 * `outage`: and messages are being retried meanwhile: what the consumer depends on is down.
 */
export type Outage = "none" | "no budget" | "outage";

export type ConsumerStatus = {
  readonly name: string;
  /** In its queue: waiting and in flight together. Counts are approximate, as SQS has them. */
  readonly depth: number;
  readonly waiting: number;
  /** Being worked on, or backing off until the next try. */
  readonly inFlight: number;
  /** Left out: not known. */
  readonly oldestAgeSeconds?: number;
  /** From a step in the shop to its effect here. Left out: not known. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
  /**
   * Orders whose next event it has decided dead. Their letters are in its dead-letter queue, or on
   * their way there, with followers behind them.
   */
  readonly deadOrders: { readonly count: number; readonly andMore: boolean };
  readonly deadLetters: number;
  /** What SNS could not deliver to its queue. */
  readonly undelivered: number;
  readonly outage: Outage;
  /** How many more orders it may give up on; left out while it has not given up on any yet. */
  readonly budgetTokens?: number;
  /** Left out: not known. */
  readonly mapping?: MappingState;
};

export type RelayStatus = {
  /** Entries that it can never send. */
  readonly parked: number;
  /** Of the orders table's stream. Left out: not known. */
  readonly behindMs?: number;
  /** Left out: not known. */
  readonly mapping?: MappingState;
};

export type AdmissionStatus = {
  /** What somebody who places an order now meets. */
  readonly door: Door;
  /** An operator's order is in force, whatever the gauges say. */
  readonly isForced: boolean;
  readonly state: AdmissionState;
};

export type BusStatus = {
  readonly stackName: string;
  /** When it was read, epoch milliseconds. */
  readonly atMs: number;
  readonly consumers: readonly ConsumerStatus[];
  readonly relay: RelayStatus;
  readonly admission: AdmissionStatus;
  /** What could not be had, as sentences for a person. */
  readonly notKnown: readonly string[];
};

export type ReadStatusOptions = {
  readonly nowMs?: () => number;
  readonly signal?: AbortSignal;
};

const readBudget = async ({ dynamo, outputs }: Stage, consumer: string) => {
  const Key = { orderId: { S: BUDGET_KEY }, consumer: { S: consumer } };
  const command = new GetItemCommand({ TableName: outputs.DedupTable, Key, ConsistentRead: true });
  const { Item } = await dynamo.send(command);
  return Item === undefined ? undefined : itemToBudget(Item);
};

/** So many are counted; beyond that it matters no more how many they are. */
const MOST_ORDERS = 1_000;

const countDeadOrders = async ({ dynamo, outputs }: Stage, consumer: string) => {
  const { Count = 0, LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      TableName: outputs.DedupTable,
      IndexName: "dead-letters",
      KeyConditionExpression: "deadConsumer = :consumer",
      ExpressionAttributeValues: { ":consumer": { S: consumer } },
      Select: "COUNT",
      Limit: MOST_ORDERS,
    }),
  );
  return { count: Count, andMore: LastEvaluatedKey !== undefined };
};

/** By the rule of the admission door's gauge "retrying". */
const outageOf = (tokens: number | undefined, inFlight: number): Outage => {
  if (tokens === undefined || tokens >= 1) return "none";
  return inFlight > 0 ? "outage" : "no budget";
};

const readConsumer = async (
  stage: Stage,
  consumer: ConsumerOutput,
  { metrics, mappings }: Asked,
): Promise<ConsumerStatus> => {
  const { name, queueUrl, deadLetterQueueUrl, subscriptionDeadLetterQueueUrl } = consumer;
  const [{ waiting, inFlight }, deadOrders, deadLetters, undelivered, budget] = await Promise.all([
    queueCounts(stage.sqs, queueUrl),
    countDeadOrders(stage, name),
    queueDepth(stage.sqs, deadLetterQueueUrl),
    queueDepth(stage.sqs, subscriptionDeadLetterQueueUrl),
    readBudget(stage, name),
  ]);
  const mapping = mappings.get(consumer.mappingId);
  return {
    ...{ name, depth: waiting + inFlight, waiting, inFlight, deadOrders, deadLetters, undelivered },
    ...metrics.consumers.get(name),
    outage: outageOf(budget?.tokens, inFlight),
    ...(budget === undefined ? {} : { budgetTokens: budget.tokens }),
    ...(mapping === undefined ? {} : { mapping }),
  };
};

const readRelay = async (
  { sqs, outputs }: Stage,
  { metrics, mappings }: Asked,
): Promise<RelayStatus> => {
  const { ParkingQueueUrl, RelayMappingId = "" } = outputs;
  const mapping = mappings.get(RelayMappingId);
  const { relayBehindMs } = metrics;
  return {
    parked: ParkingQueueUrl === undefined ? 0 : await queueDepth(sqs, ParkingQueueUrl),
    ...(relayBehindMs === undefined ? {} : { behindMs: relayBehindMs }),
    ...(mapping === undefined ? {} : { mapping }),
  };
};

/** Where the admission door stands. */
export const readAdmission = async (
  { dynamo, outputs }: Stage,
  nowMs: number,
): Promise<AdmissionStatus> => {
  const state = await readAdmissionState(dynamo, outputs.DedupTable);
  const isForced = state.forced !== undefined && nowMs < state.forced.untilMs;
  return { door: doorAt(state, nowMs), isForced, state };
};

export const readStatus = async (
  stage: Stage,
  { nowMs = Date.now, signal }: ReadStatusOptions = {},
): Promise<BusStatus> => {
  const atMs = nowMs();
  const { Consumers, stackName } = stage.outputs;
  const asked = await askMonitors(stage, atMs, signal);
  const [consumers, relay, admission] = await Promise.all([
    Promise.all(Consumers.map((consumer) => readConsumer(stage, consumer, asked))),
    readRelay(stage, asked),
    readAdmission(stage, atMs),
  ]);
  signal?.throwIfAborted();
  return { stackName, atMs, consumers, relay, admission, notKnown: asked.notKnown };
};

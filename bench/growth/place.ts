/** The places of the bus that keep something of each event: the orders table and each consumer. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoFactStore } from "../../lambdas/aws/dynamo-fact-store.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { dynamoOrderStore } from "../../lambdas/aws/dynamo-order-store.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { MAX_ITEM_BYTES, type StepCommand } from "../../lambdas/core/decide-step.ts";
import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import { type Step, transitions } from "../../lambdas/core/order-steps.ts";
import { takeStep } from "../../lambdas/core/take-step.ts";
import { CONSUMERS, consumerDay } from "./consumer-at-work.ts";
import { batchesOn, type DayEvent } from "./shop-day.ts";

/** Physical names, by the place's name for a table. */
export type Names = Readonly<Record<string, string>>;

export type Piece = () => Promise<void>;

export type Place = {
  readonly name: string;
  readonly consumer?: Consumer;
  /** The work of a day, in pieces of ten events to be run one after the other. */
  readonly day: (client: DynamoDBClient, names: Names, day: number) => readonly Piece[];
};

const consumerPlace = (consumer: Consumer): Place => ({
  name: consumer.name,
  consumer,
  day: (client, { dedup = "", ...dataTables }, day) => {
    const place = { dedupTable: dedup, consumer: consumer.name, dataTables };
    const ledger = () => dynamoLedger(client, place);
    return consumerDay(consumer, { ledger, facts: () => dynamoFactStore(client, dataTables) }, day);
  },
});

const stepTo = (wanted: OrderEventType): Step => {
  const found = Object.entries(transitions).find(([, { type }]) => type === wanted);
  if (found === undefined) throw new Error(`no step leads to ${wanted}`);
  return found[0] as Step;
};

const commandOf = ({ order, sequence }: DayEvent): StepCommand => {
  const event = order.events[sequence - 1];
  if (event === undefined) throw new Error(`${order.orderId} has no event ${sequence}`);
  const { orderId, customerId, currency, lines } = order;
  const { id: eventId, time, traceparent = "", type } = event;
  const common = { orderId, eventId, time, traceparent };
  const step = stepTo(type);
  if (step === "create") return { ...common, step, order: { customerId, currency, lines } };
  return { ...common, step };
};

const orders: Place = {
  name: "orders table",
  day: (client, { orders: table = "" }, day) => {
    const ports = {
      store: dynamoOrderStore(client, table),
      clock: { nowMs: Date.now, sleep: async () => {} },
      random: Math.random,
      admission: async () => ({ kind: "open" }) as const,
      rules: { retainDays: 0, maxItemBytes: MAX_ITEM_BYTES },
    };
    const take = async (event: DayEvent) => {
      const { kind } = await takeStep(ports, commandOf(event));
      if (kind !== "accepted") throw new Error(`a step of ${event.order.orderId} was ${kind}`);
    };
    return batchesOn(day).map((events) => async () => {
      await Promise.all(events.map(take));
    });
  },
};

export const PLACES: readonly Place[] = [orders, ...Object.values(CONSUMERS).map(consumerPlace)];

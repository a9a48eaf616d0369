import { Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Subscription } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";
import { BusFunction, entryFile } from "./bus-function.ts";
import { busTable } from "./bus-table.ts";
import { ConsumerAlarms } from "./consumer-alarms.ts";
import { handledTypes } from "./handled-types.ts";
import { OrderQueue } from "./order-queue.ts";
import type { OrderStore } from "./order-store.ts";
import type { OrderTopic } from "./order-topic.ts";
import type { StageSettings } from "./stage-settings.ts";

/** A table of the consumer's own. Its keys are texts. */
export type ConsumerTable = {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** "adjust": its handler adds to numbers; "put": it writes facts, idempotent by their key. */
  readonly access: "adjust" | "put";
};

export type ConsumerProps = {
  readonly tables?: Readonly<Record<string, ConsumerTable>>;
  /**
   * The types of events that its code handles, such as `["order.paid"]`; without it every type. The
   * function refuses to start where its code says otherwise, and the tools miss no other event there.
   */
  readonly handles?: readonly string[];
  /** A rebuild is a new generation beside the old one: rows, tables and queue of its own. */
  readonly generation?: number;
  /** Its queue fills and its function is not called, so that its history can be filled in first. */
  readonly paused?: boolean;
  /** It hears of no further event, and applies what waits: the step before it is removed. */
  readonly retired?: boolean;
  /** The function's file, if it is not `lambdas/consumers/NAME.ts`. */
  readonly entry?: string;
};

export type OrderConsumerProps = ConsumerProps & {
  readonly name: string;
  readonly settings: StageSettings;
  readonly store: OrderStore;
  readonly topic: OrderTopic;
  readonly alarms: AlarmTopic;
};

const ACTIONS = {
  adjust: ["dynamodb:UpdateItem"],
  put: ["dynamodb:BatchWriteItem"],
} as const;

/** Hyphens only before letters: `inventory-2` is the second generation of `inventory`. */
const NAME = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** The id of a consumer's construct, and its part of the queue's name. */
export const consumerId = (name: string, generation = 1): string => {
  if (!NAME.test(name) || name.length > 32) {
    throw new Error(
      `consumer name is "${name}"; allowed: at most 32 lower-case letters, digits, and hyphens before letters. Rename it and its file in lambdas/consumers.`,
    );
  }
  if (!Number.isInteger(generation) || generation < 1) {
    throw new Error(
      `generation of consumer ${name} is ${generation}; allowed: a whole number from 1. Count up by one for a rebuild.`,
    );
  }
  return generation === 1 ? name : `${name}-${generation}`;
};

/** One downstream service: its queue, its function, its tables, and no right to anything else. */
export class OrderConsumer extends Construct {
  /** The key of its rows in the dedup table. */
  readonly key: string;
  readonly name: string;
  /** The types of events that it handles. */
  readonly handles: readonly string[];
  readonly queues: OrderQueue;
  readonly handler: BusFunction;
  readonly mapping: EventSourceMapping;
  /** A retired one has none. */
  readonly subscription: Subscription | undefined;
  readonly tables: Readonly<Record<string, Table>>;
  readonly alarms: ConsumerAlarms;

  constructor(scope: Construct, id: string, props: OrderConsumerProps) {
    super(scope, id);
    const { name, settings, generation = 1 } = props;
    this.name = name;
    this.key = generation === 1 ? name : `${name}@${generation}`;
    this.handles = handledTypes(name, props.handles);
    this.queues = new OrderQueue(this, "Queues", { settings, name: id });
    this.subscription =
      props.retired === true
        ? undefined
        : props.topic.subscribe(this.queues.queue, this.queues.undelivered);
    this.tables = Object.fromEntries(
      Object.entries(props.tables ?? {}).map(([table, { partitionKey, sortKey }]) => [
        table,
        busTable(this, `Table-${table}`, { settings, partitionKey, sortKey }),
      ]),
    );
    const concurrency = settings.maxConcurrency[name] ?? settings.maxConcurrency.default;
    this.handler = this.#addHandler(props, concurrency);
    this.mapping = new EventSourceMapping(this, "Mapping", {
      target: this.handler.function,
      eventSourceArn: this.queues.queue.queueArn,
      batchSize: 10,
      maxConcurrency: concurrency,
      reportBatchItemFailures: true,
      enabled: props.paused !== true,
    });
    this.alarms = new ConsumerAlarms(this, "Alarms", props);
  }

  #addHandler(props: OrderConsumerProps, concurrency: number): BusFunction {
    const { name, settings, store } = props;
    const tableNames = Object.entries(this.tables).map(([key, table]) => [key, table.tableName]);
    const handler = new BusFunction(this, "Handler", {
      settings,
      entry: props.entry ?? entryFile("consumers", `${name}.ts`),
      description: `Consumer ${this.key}`,
      timeoutSeconds: settings.timeoutSeconds,
      memoryMiB: 512,
      environment: {
        CONSUMER: name,
        GENERATION: String(props.generation ?? 1),
        HANDLES: JSON.stringify(this.handles),
        DEDUP_TABLE: store.dedup.tableName,
        DATA_TABLES: this.#json(Object.fromEntries(tableNames)),
        QUEUE_URL: this.queues.queue.queueUrl,
        FAILURE_RULES: JSON.stringify(settings.failureRules),
        CONSUMER_SETTINGS: JSON.stringify(settings.consumerSettings),
      },
      // Reserving less than the mapping may use would burn receive counts (3.14).
      reservedConcurrency: settings.concurrency === "reserved" ? concurrency : undefined,
    });
    handler.allow(
      ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"],
      store.dedup.tableArn,
    );
    for (const [table, { access }] of Object.entries(props.tables ?? {})) {
      const arn = this.tables[table]?.tableArn;
      if (arn !== undefined) handler.allow(ACTIONS[access], arn);
    }
    // The first and last for the mapping, which uses the function's role; the others for the code.
    handler.allow(
      [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
      ],
      this.queues.queue.queueArn,
    );
    return handler;
  }

  /** What the tools need to know of it: an entry of the stack's output `Consumers`. */
  description(): Readonly<Record<string, unknown>> {
    const { queue, deadLetters, undelivered } = this.queues;
    const tables = Object.entries(this.tables).map(([name, table]) => [name, table.tableName]);
    return {
      name: this.key,
      handles: this.handles,
      queueUrl: queue.queueUrl,
      deadLetterQueueUrl: deadLetters.queueUrl,
      subscriptionDeadLetterQueueUrl: undelivered.queueUrl,
      functionName: this.handler.function.functionName,
      mappingId: this.mapping.eventSourceMappingId,
      tables: Object.fromEntries(tables),
    };
  }

  #json(value: object): string {
    return Stack.of(this).toJsonString(value);
  }
}

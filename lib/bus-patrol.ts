import { Duration, Lazy, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";
import { BusFunction, entryFile } from "./bus-function.ts";
import type { ConsumerProps, OrderConsumer } from "./order-consumer.ts";
import type { OrderRelay } from "./order-relay.ts";
import type { OrderStore } from "./order-store.ts";
import { largest, raiseFunctionAlarms, total } from "./raise-alarms.ts";
import { onlyItems, PATROL_KEY } from "./reserved-keys.ts";
import type { StageSettings } from "./stage-settings.ts";

export type BusPatrolProps = {
  readonly settings: StageSettings;
  readonly store: OrderStore;
  readonly relay: OrderRelay;
  readonly alarms: AlarmTopic;
};

const EVERY_MINUTES = 5;
const RUNS_A_DAY = (24 * 60) / EVERY_MINUTES;

/**
 * A round through the table takes a day, from 28,800 orders (100 a run) to 920,000 (4,000 a run, of
 * which a quarter is for growth); beyond that it takes longer. Of an order a run reads its item, half
 * a read unit for 4 KB, and a row a consumer, half a unit each. So with five consumers and items
 * under 4 KB 4,000 orders cost at most 12,000 units a run, 3.5 million a day.
 */
const PIECE = { smallest: 100, largest: 4_000, first: 500, runsPerRound: RUNS_A_DAY };

/** With more than so many messages waiting a consumer is late, which other alarms tell. */
const BACKLOG = 1_000;

/** Keeps dead-letter queues awake, and audits a piece of the orders table every few minutes. */
export class BusPatrol extends Construct {
  readonly handler: BusFunction;
  readonly #settings: StageSettings;
  readonly #queues: Record<string, string> = {};
  readonly #deadLetters: Record<string, string> = {};
  readonly #handles: Record<string, readonly string[]> = {};

  constructor(scope: Construct, id: string, props: BusPatrolProps) {
    super(scope, id);
    const { settings, store, relay, alarms } = props;
    this.#settings = settings;
    this.handler = new BusFunction(this, "Handler", {
      settings,
      entry: entryFile("patrol", "handler.ts"),
      description: "Patrol: keeps dead-letter queues awake, and audits the orders piece by piece",
      timeoutSeconds: 60,
      memoryMiB: 256,
      environment: {
        ORDERS_TABLE: store.orders.tableName,
        ...(store.outboxAttribute === undefined ? {} : { OUTBOX_ATTRIBUTE: store.outboxAttribute }),
        DEDUP_TABLE: store.dedup.tableName,
        PATROL_RULES: JSON.stringify(this.#rules()),
        PATROL_QUEUES: Stack.of(this).toJsonString(
          // Late, since consumers may be added after the stack stands.
          Lazy.any({
            produce: () => ({
              ...{ queues: this.#queues, deadLetters: this.#deadLetters, handles: this.#handles },
            }),
          }),
        ),
      },
    });
    this.#allow(store);
    this.#count(this.#deadLetters, "parking", relay.parkingQueue);
    // A rule, not a schedule of EventBridge Scheduler, which not every emulator plays.
    const rule = new Rule(this, "EveryFewMinutes", {
      description: "Lets the patrol look at the dead-letter queues and a piece of the orders",
      schedule: Schedule.rate(Duration.minutes(EVERY_MINUTES)),
    });
    rule.addTarget(new LambdaFunction(this.handler.function));
    this.#raise(alarms);
  }

  /** From now on its dead-letter queues are kept awake and, while it runs, its orders audited. */
  watch(consumer: OrderConsumer, { paused, retired }: ConsumerProps): void {
    const { queue, deadLetters, undelivered } = consumer.queues;
    this.#count(this.#deadLetters, `${consumer.key}/dead-letters`, deadLetters);
    this.#count(this.#deadLetters, `${consumer.key}/undelivered`, undelivered);
    // A paused one lacks everything on purpose, and a retired one hears of nothing new.
    if (paused === true || retired === true) return;
    this.#count(this.#queues, consumer.key, queue);
    this.#handles[consumer.key] = consumer.handles;
  }

  #count(queues: Record<string, string>, name: string, { queueUrl, queueArn }: Queue): void {
    queues[name] = queueUrl;
    this.handler.allow(["sqs:GetQueueAttributes"], queueArn);
  }

  #allow({ orders, dedup }: OrderStore): void {
    this.handler.allow(["dynamodb:Scan"], orders.tableArn);
    // A table of one's own may be encrypted under a key of one's own.
    orders.encryptionKey?.grantDecrypt(this.handler.function);
    this.handler.allow(["dynamodb:BatchGetItem"], dedup.tableArn);
    const itself = onlyItems(PATROL_KEY);
    this.handler.allow(["dynamodb:GetItem", "dynamodb:PutItem"], dedup.tableArn, itself);
  }

  #rules(): object {
    const { alarmAfter, failureRules } = this.#settings;
    return {
      behindAfterSeconds: alarmAfter.orderBehindSeconds,
      // Whatever is alive is tried again within the longest backoff.
      retrySeconds: 2 * failureRules.backoffCapSeconds,
      backlog: BACKLOG,
      piece: PIECE,
    };
  }

  #raise(alarms: AlarmTopic): void {
    const subject = { name: "patrol", text: "the patrol" };
    raiseFunctionAlarms(alarms, this, this.handler.function, subject);
    // A rule that is off, or may not call, leaves all the other alarms without data, and so quiet.
    alarms.raise(this, "Stopped", {
      ...{ kind: "patrolStopped", subject, threshold: 1, side: "below" },
      metric: this.handler.function.metricInvocations(total),
      periods: { breaching: 3, of: 3 },
      limit: 3 * EVERY_MINUTES,
    });
    alarms.raise(this, "OrdersBehind", {
      ...{ kind: "ordersBehind", subject, threshold: 1 },
      limit: this.#settings.alarmAfter.orderBehindSeconds,
      metric: this.handler.metric("OrdersBehind", largest),
    });
  }
}

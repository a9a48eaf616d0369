import { Duration, Lazy, Stack } from "aws-cdk-lib";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { type DoorSettings, marksOf } from "./admission-settings.ts";
import type { AlarmTopic } from "./alarm-topic.ts";
import { BusFunction, entryFile } from "./bus-function.ts";
import type { OrderConsumer } from "./order-consumer.ts";
import type { OrderStore } from "./order-store.ts";
import { largest, raiseFunctionAlarms } from "./raise-alarms.ts";
import { ADMISSION_KEY, BUDGET_KEY, onlyItems } from "./reserved-keys.ts";
import type { StageSettings } from "./stage-settings.ts";

export type AdmissionDoorProps = {
  readonly settings: StageSettings;
  readonly door: DoorSettings;
  readonly store: OrderStore;
  readonly alarms: AlarmTopic;
};

/**
 * A function that looks at the critical consumers once a minute and writes down whether the shop
 * takes new orders. The order API reads that; it knows nothing of queues.
 */
export class AdmissionDoor extends Construct {
  readonly handler: BusFunction;
  readonly #door: DoorSettings;
  readonly #watched: OrderConsumer[] = [];

  constructor(scope: Construct, id: string, props: AdmissionDoorProps) {
    super(scope, id);
    const { settings, door, store, alarms } = props;
    this.#door = door;
    this.handler = new BusFunction(this, "Handler", {
      settings,
      entry: entryFile("admission", "handler.ts"),
      description: "Admission door: decides once a minute whether new orders are taken",
      timeoutSeconds: 30,
      memoryMiB: 256,
      environment: {
        DEDUP_TABLE: store.dedup.tableName,
        ADMISSION_RULES: this.#lately(() => this.#rules()),
        CRITICAL_QUEUES: this.#lately(() => this.#queues()),
      },
    });
    const { tableArn } = store.dedup;
    this.handler.allow(["dynamodb:GetItem"], tableArn, onlyItems(ADMISSION_KEY, BUDGET_KEY));
    this.handler.allow(["dynamodb:PutItem"], tableArn, onlyItems(ADMISSION_KEY));
    // A rule, not a schedule of EventBridge Scheduler, which not every emulator plays.
    const rule = new Rule(this, "EveryMinute", {
      description: "Lets the admission door look at the queues",
      schedule: Schedule.rate(Duration.minutes(1)),
    });
    rule.addTarget(new LambdaFunction(this.handler.function));
    const subject = { name: "admission", text: "the admission door" };
    raiseFunctionAlarms(alarms, this, this.handler.function, subject);
    alarms.raise(this, "Closed", {
      kind: "admissionClosed",
      subject,
      metric: this.closed(),
      threshold: 1,
    });
  }

  /** 1 while new orders are turned away, otherwise 0. */
  closed(): Metric {
    return this.handler.metric("AdmissionClosed", largest);
  }

  /** From now on this consumer's lag closes the door. */
  watch(consumer: OrderConsumer): void {
    this.#watched.push(consumer);
    const { queue, deadLetters, undelivered } = consumer.queues;
    for (const { queueArn } of [queue, deadLetters, undelivered]) {
      this.handler.allow(["sqs:GetQueueAttributes"], queueArn);
    }
  }

  /** Late, since consumers may be added after the stack stands. */
  #lately(produce: () => object): string {
    return Stack.of(this).toJsonString(Lazy.any({ produce }));
  }

  #rules(): object {
    const marks = this.#watched.map(({ key, name }) => [key, marksOf(this.#door, name)]);
    const { minimumSeconds } = this.#door;
    return { critical: Object.fromEntries(marks), minimumSeconds };
  }

  #queues(): object {
    const urls = this.#watched.map(({ key, queues: { queue, deadLetters, undelivered } }) => [
      key,
      {
        queueUrl: queue.queueUrl,
        deadLetterQueueUrl: deadLetters.queueUrl,
        subscriptionDeadLetterQueueUrl: undelivered.queueUrl,
      },
    ]);
    return Object.fromEntries(urls);
  }
}

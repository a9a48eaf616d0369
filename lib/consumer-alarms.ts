import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";
import { type BusFunction, METRICS_NAMESPACE } from "./bus-function.ts";
import type { OrderQueue } from "./order-queue.ts";
import { largest, raiseDeadLetterAlarms, raiseFunctionAlarms } from "./raise-alarms.ts";
import type { StageSettings } from "./stage-settings.ts";

/**
 * SQS looks for available groups among the first 120,000 messages only (2.27): waiting and hidden
 * ones together stay below that while each of the two does below this. Two plain alarms instead of
 * a sum, since not every endpoint can add metrics up.
 */
const DEEP_BACKLOG = 50_000;

/** What of a consumer is watched. */
type Watched = {
  readonly name: string;
  readonly queues: OrderQueue;
  readonly handler: BusFunction;
};

/** A metric that the consumer's function writes itself. */
export const consumerMetric = (
  consumer: Pick<Watched, "name" | "handler">,
  metricName: string,
  statistic = "Sum",
): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    statistic,
    period: Duration.minutes(5),
    dimensionsMap: { service: consumer.handler.serviceName, consumer: consumer.name },
  });

/** One alarm for each way in which a consumer can fall behind, give up or stop. */
export class ConsumerAlarms extends Construct {
  constructor(
    scope: Construct & Watched,
    id: string,
    props: { readonly alarms: AlarmTopic; readonly settings: StageSettings },
  ) {
    super(scope, id);
    const { alarms, settings } = props;
    const { name, queues, handler } = scope;
    raiseFunctionAlarms(alarms, this, handler.function, `Consumer ${name}`);
    const dead = { id: "DeadLetters", name: `Dead letters of ${name}` };
    raiseDeadLetterAlarms(alarms, this, queues.deadLetters, dead);
    const undelivered = { id: "Undelivered", name: `What SNS could not deliver to ${name}` };
    raiseDeadLetterAlarms(alarms, this, queues.undelivered, undelivered);
    const seconds = settings.alarmAfter.queueAgeSeconds;
    alarms.raise(this, "QueueAge", {
      metric: queues.queue.metricApproximateAgeOfOldestMessage(largest),
      threshold: seconds,
      because: `${name} is ${seconds} s behind: too slow, or an order is being retried.`,
    });
    alarms.raise(this, "BacklogVisible", {
      metric: queues.queue.metricApproximateNumberOfMessagesVisible(largest),
      threshold: DEEP_BACKLOG,
      because: `${name} has ${DEEP_BACKLOG} events waiting; from 120,000 blocked orders stall healthy ones.`,
    });
    alarms.raise(this, "BacklogHidden", {
      metric: queues.queue.metricApproximateNumberOfMessagesNotVisible(largest),
      threshold: DEEP_BACKLOG,
      because: `${name} has ${DEEP_BACKLOG} events in flight or backing off; SQS hands out 120,000 at most.`,
    });
    // Depth misses what is drained between two samples (2.28), so the decision itself rings too.
    alarms.raise(this, "Dead", {
      metric: consumerMetric(scope, "Dead"),
      threshold: 1,
      because: `${name} gave up on an event; its row says why, and later events of the order wait.`,
    });
    alarms.raise(this, "Outage", {
      metric: consumerMetric(scope, "NoDeadLetterBudget"),
      threshold: 1,
      because: `${name} fails for many orders: what it depends on is down. Its events are kept and retried.`,
    });
  }
}

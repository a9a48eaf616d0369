import { Duration } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmRule,
  type CompositeAlarm,
  MathExpression,
  Metric,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { type AlarmTopic, anyRings, type Subject } from "./alarm-topic.ts";
import { type BusFunction, METRICS_NAMESPACE } from "./bus-function.ts";
import type { OrderQueue } from "./order-queue.ts";
import {
  heldOver,
  LASTING,
  largest,
  raiseDeadLetterAlarms,
  raiseFunctionAlarms,
  smallest,
  total,
  UNTIL_DEPTH_TELLS,
} from "./raise-alarms.ts";
import type { StageSettings } from "./stage-settings.ts";

/**
 * SQS looks for available groups among the first 120,000 messages only (2.27): waiting and hidden
 * ones together stay below that while each of the two does below this. Two plain alarms instead of
 * a sum, since not every endpoint can add metrics up.
 */
const DEEP_BACKLOG = 50_000;

/** Fewer failures than these in 5 minutes are a few orders' own. */
const MANY_FAILURES = 20;
const MOST_PERCENT = 80;

/** What of a consumer is watched. */
type Watched = {
  readonly key: string;
  readonly name: string;
  readonly queues: OrderQueue;
  readonly handler: BusFunction;
};

export type ConsumerAlarmsProps = {
  readonly alarms: AlarmTopic;
  readonly settings: StageSettings;
  /** A paused one's queue fills on purpose. */
  readonly paused?: boolean;
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
  /** What SNS could not deliver: a part of the bus's own alarm. */
  readonly undelivered: Alarm;
  readonly #consumer: Watched;
  readonly #props: ConsumerAlarmsProps;
  readonly #subject: Subject;

  constructor(scope: Construct & Watched, id: string, props: ConsumerAlarmsProps) {
    super(scope, id);
    this.#consumer = scope;
    this.#props = props;
    this.#subject = { name: scope.key, text: `consumer ${scope.key}` };
    const { alarms } = props;
    raiseFunctionAlarms(alarms, this, scope.handler.function, this.#subject);
    this.undelivered = raiseDeadLetterAlarms(alarms, this, {
      id: "Undelivered",
      queue: scope.queues.undelivered,
      kind: "undelivered",
      subject: { name: scope.key, text: `the queue of ${scope.key}` },
    });
    const outage = this.#raiseOutage();
    this.#raiseStuck(outage);
    this.#raiseBehind(outage);
  }

  /** What it depends on is down, or its new version fails: many orders fail, and few succeed. */
  #raiseOutage(): CompositeAlarm | undefined {
    const { alarms, settings } = this.#props;
    const subject = this.#subject;
    const withoutToken = alarms.raise(this, "NoDeadLetterBudget", {
      kind: "noDeadLetterBudget",
      subject,
      metric: this.#metric("NoDeadLetterBudget"),
      threshold: 1,
      periods: heldOver(settings.failureRules),
      tells: "combined",
    });
    // A batch in which something fails writes all three, so none is missing when all attempts fail.
    const failed = new MathExpression({
      expression: "retried + postponed",
      usingMetrics: { retried: this.#metric("Retried"), postponed: this.#metric("Postponed") },
      period: Duration.minutes(5),
    });
    const attemptsFail = alarms.raiseMath(this, "AttemptsFail", {
      kind: "attemptsFail",
      subject,
      metric: new MathExpression({
        expression: `IF(failed >= ${MANY_FAILURES}, 100 * failed / (failed + applied), 0)`,
        usingMetrics: { failed, applied: this.#metric("Applied") },
        period: Duration.minutes(5),
        label: "% of attempts that fail",
      }),
      threshold: MOST_PERCENT,
      tells: "combined",
    });
    const rule = anyRings(withoutToken, attemptsFail);
    return alarms.combine(this, "Outage", { kind: "outage", subject, rule });
  }

  /** In an outage that one tells; what is still dead when it is over rings then. */
  #raiseStuck(outage: CompositeAlarm | undefined): void {
    const { alarms, settings } = this.#props;
    const subject = this.#subject;
    const tells = "combined";
    const deadLetters = raiseDeadLetterAlarms(alarms, this, {
      id: "DeadLetters",
      queue: this.#consumer.queues.deadLetters,
      kind: "deadLetters",
      subject,
    });
    // Depth misses what is drained between two samples (2.28), so the decision itself rings too.
    const dead = alarms.raise(this, "Dead", {
      ...{ kind: "eventDead", subject, threshold: 1, tells, periods: UNTIL_DEPTH_TELLS },
      metric: this.#metric("Dead"),
    });
    // The age of the queue may leave out what is received again and again (2.15).
    const seconds = settings.alarmAfter.queueAgeSeconds;
    const failing = alarms.raise(this, "Failing", {
      ...{ kind: "eventFailing", subject, tells, periods: heldOver(settings.failureRules) },
      metric: this.#metric("FailingMs", "Maximum"),
      threshold: seconds * 1_000,
      limit: seconds,
    });
    const rule = unless(outage, anyRings(dead, deadLetters, failing));
    alarms.combine(this, "Stuck", { kind: "orderStuck", subject, rule });
  }

  #raiseBehind(outage: CompositeAlarm | undefined): void {
    const { alarms, settings, paused } = this.#props;
    const { queue } = this.#consumer.queues;
    const subject = this.#subject;
    const tells = "combined";
    const age = () =>
      alarms.raise(this, "QueueAge", {
        ...{ kind: "consumerBehind", subject, tells },
        metric: queue.metricApproximateAgeOfOldestMessage(largest),
        threshold: settings.alarmAfter.queueAgeSeconds,
      });
    const depths = [
      alarms.raise(this, "BacklogVisible", {
        ...{ kind: "deepBacklog", subject, tells, threshold: DEEP_BACKLOG },
        metric: queue.metricApproximateNumberOfMessagesVisible(largest),
      }),
      alarms.raise(this, "BacklogHidden", {
        ...{ kind: "deepBacklog", subject, tells, threshold: DEEP_BACKLOG },
        metric: queue.metricApproximateNumberOfMessagesNotVisible(largest),
      }),
    ];
    const late = paused === true ? [] : [age(), this.#raiseStopped()];
    const rule = unless(outage, anyRings(...late, ...depths));
    const limit = settings.alarmAfter.queueAgeSeconds;
    alarms.combine(this, "Behind", { kind: "consumerBehind", subject, rule, limit });
  }

  /** Messages wait, none is hidden, so none backs off, and nobody has received any. */
  #raiseStopped(): Alarm | undefined {
    const { queue } = this.#consumer.queues;
    return this.#props.alarms.raiseMath(this, "Stopped", {
      kind: "consumerStopped",
      subject: this.#subject,
      metric: new MathExpression({
        expression: "IF(visible >= 1 AND hidden < 1 AND received < 1, 1, 0)",
        usingMetrics: {
          visible: queue.metricApproximateNumberOfMessagesVisible(smallest),
          hidden: queue.metricApproximateNumberOfMessagesNotVisible(largest),
          received: queue.metricNumberOfMessagesReceived(total),
        },
        period: Duration.minutes(5),
        label: "waits and is not received",
      }),
      threshold: 1,
      limit: 5 * LASTING.of,
      periods: { breaching: LASTING.of, of: LASTING.of },
      tells: "combined",
    });
  }

  #metric(metricName: string, statistic?: string): Metric {
    return consumerMetric(this.#consumer, metricName, statistic);
  }
}

const unless = (outage: CompositeAlarm | undefined, rule: ReturnType<typeof anyRings>) =>
  outage === undefined ? rule : AlarmRule.allOf(rule, AlarmRule.not(outage));

import { Duration } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AlarmTopic, Subject } from "./alarm-topic.ts";
import type { FailureKind } from "./failure-modes.ts";
import type { StageSettings } from "./stage-settings.ts";

/** Dead letters last 14 days; this leaves four to act on them. */
export const OLDEST_DEAD_LETTER = Duration.days(10);

const period = Duration.minutes(5);
export const largest = { statistic: "Maximum", period } as const;
export const smallest = { statistic: "Minimum", period } as const;
export const total = { statistic: "Sum", period } as const;

/** Once is what retries are for: it rings when it goes on. */
export const LASTING = { breaching: 2, of: 3 } as const;

/**
 * What fails with a long backoff, or over a weekend's few orders, is silent for whole periods. This
 * holds an alarm for a period longer than the longest backoff, which is at most 12 hours
 * (2.5): CloudWatch looks back a day at most with such periods (2.29).
 */
export const heldOver = ({ backoffCapSeconds }: StageSettings["failureRules"]) =>
  ({ breaching: 1, of: Math.ceil(backoffCapSeconds / period.toSeconds()) + 1 }) as const;

export const raiseFunctionAlarms = (
  alarms: AlarmTopic,
  scope: Construct,
  handler: IFunction,
  subject: Subject,
): void => {
  alarms.raise(scope, "Errors", {
    kind: "functionFails",
    subject,
    metric: handler.metricErrors(total),
    threshold: 1,
    periods: LASTING,
  });
  alarms.raise(scope, "Throttles", {
    kind: "functionThrottled",
    subject,
    metric: handler.metricThrottles(total),
    threshold: 1,
    periods: LASTING,
  });
};

/** Until the depth of a queue that slept tells it too (2.17): else one incident would ring twice. */
export const UNTIL_DEPTH_TELLS = { breaching: 1, of: 4 } as const;

export type DeadLetterQueue = {
  readonly id: string;
  readonly queue: Queue;
  readonly kind: FailureKind;
  readonly subject: Subject;
};

/**
 * Depth counts what is visible, since `NumberOfMessagesSent` leaves out what SQS itself moved
 * (2.16). A queue that nobody calls for 6 hours reports up to 15 minutes late (2.17), so what fills
 * it is also told by a metric of its own. Answers the alarm on the depth, a part of a combined one.
 */
export const raiseDeadLetterAlarms = (
  alarms: AlarmTopic,
  scope: Construct,
  { id, queue, kind, subject }: DeadLetterQueue,
): Alarm => {
  alarms.raise(scope, `${id}Age`, {
    kind: "deadLettersExpire",
    subject,
    metric: queue.metricApproximateAgeOfOldestMessage(largest),
    threshold: OLDEST_DEAD_LETTER.toSeconds(),
    limit: OLDEST_DEAD_LETTER.toDays(),
  });
  return alarms.raise(scope, `${id}Depth`, {
    kind,
    subject,
    metric: queue.metricApproximateNumberOfMessagesVisible(largest),
    threshold: 1,
    tells: "combined",
  });
};

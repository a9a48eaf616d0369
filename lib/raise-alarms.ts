import { Duration } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";

/** Dead letters last 14 days; this leaves four to act on them. */
export const OLDEST_DEAD_LETTER = Duration.days(10);

export const largest = { statistic: "Maximum", period: Duration.minutes(5) } as const;
export const total = { statistic: "Sum", period: Duration.minutes(5) } as const;

export const raiseFunctionAlarms = (
  alarms: AlarmTopic,
  scope: Construct,
  handler: IFunction,
  name: string,
): void => {
  alarms.raise(scope, "Errors", {
    metric: handler.metricErrors(total),
    threshold: 1,
    because: `${name} threw, crashed or timed out: see its log group.`,
  });
  alarms.raise(scope, "Throttles", {
    metric: handler.metricThrottles(total),
    threshold: 1,
    because: `${name} was not allowed to start: the account's concurrency is used up.`,
  });
};

/**
 * Depth counts what is visible, since `NumberOfMessagesSent` leaves out what SQS itself moved
 * (2.16). A queue that nobody calls for 6 hours reports up to 15 minutes late (2.17).
 */
export const raiseDeadLetterAlarms = (
  alarms: AlarmTopic,
  scope: Construct,
  queue: Queue,
  what: { readonly id: string; readonly name: string },
): void => {
  alarms.raise(scope, `${what.id}Depth`, {
    metric: queue.metricApproximateNumberOfMessagesVisible(largest),
    threshold: 1,
    because: `${what.name}: something is in it.`,
  });
  alarms.raise(scope, `${what.id}Age`, {
    metric: queue.metricApproximateAgeOfOldestMessage(largest),
    threshold: OLDEST_DEAD_LETTER.toSeconds(),
    because: `${what.name}: the oldest is over ${OLDEST_DEAD_LETTER.toDays()} days old and is deleted after 14.`,
  });
};

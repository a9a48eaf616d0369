import { Duration, Stack } from "aws-cdk-lib";
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
  RedrivePermission,
} from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledgeRule } from "./acknowledged-rules.ts";
import { removalPolicies } from "./removal-policies.ts";
import type { StageSettings } from "./stage-settings.ts";

const fifo = {
  fifo: true,
  // High throughput needs both; with one of them SQS says nothing and gives the low one (2.3).
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
} satisfies QueueProps;

/**
 * A consumer's FIFO queue with the two dead-letter queues that are its alone: one for what the
 * consumer could not apply, one for what SNS could not deliver. They stay apart, since only the
 * first can be redriven by SQS itself (2.10).
 */
export class OrderQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly undelivered: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly settings: StageSettings; readonly name: string },
  ) {
    super(scope, id);
    const { settings } = props;
    // The one name that we choose ourselves: the queue refers to its dead-letter queue, and that
    // one's redrive allow policy to the queue, which CloudFormation can only take by name.
    const stack = Stack.of(this);
    const queueName = `${stack.stackName}-${props.name}.fifo`;
    const queueArn = stack.formatArn({ service: "sqs", resource: queueName });

    const common = { ...fifo, removalPolicy: removalPolicies(settings).queue };
    this.deadLetters = new Queue(this, "DeadLetters", {
      ...common,
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [Queue.fromQueueArn(this, "Source", queueArn)],
      },
    });
    this.undelivered = new Queue(this, "Undelivered", common);
    acknowledgeRule(this.undelivered, "AwsSolutions-SQS3");
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName,
      visibilityTimeout: Duration.seconds(settings.visibilityTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: settings.maxReceiveCount },
    });
  }
}

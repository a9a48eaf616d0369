import { type CfnTopic, FifoThroughputScope, type Subscription, Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

/** The FIFO topic that fans an order's events out, group = order id. */
export class OrderTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, "Topic", {
      fifo: true,
      // Deduplication within an order, and the Region's quota instead of 3,000 a second (1.3).
      fifoThroughputScope: FifoThroughputScope.MESSAGE_GROUP,
      // The event id is the deduplication id; two events may have the same content.
      contentBasedDeduplication: false,
      enforceSSL: true,
    });
    // Encryption at rest with the key that AWS manages for SNS, which needs no policy of ours.
    (this.topic.node.defaultChild as CfnTopic).kmsMasterKeyId = "alias/aws/sns";
  }

  /** No filter: with one AWS promises at most one delivery only (1.10). */
  subscribe(queue: Queue, deadLetterQueue: Queue): Subscription {
    const subscription = this.topic.addSubscription(
      new SqsSubscription(queue, { rawMessageDelivery: true, deadLetterQueue }),
    );
    // Its queue's policy comes first by itself; its dead-letter queue's does not.
    subscription.node.addDependency(deadLetterQueue);
    return subscription;
  }
}

import { Duration } from "aws-cdk-lib";
import { EventSourceMapping, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { acknowledgeRule } from "./acknowledged-rules.ts";
import { BusFunction, entryFile } from "./bus-function.ts";
import type { OrderStore } from "./order-store.ts";
import type { OrderTopic } from "./order-topic.ts";
import { removalPolicies } from "./removal-policies.ts";
import type { StageSettings } from "./stage-settings.ts";
import { streamViewFaults } from "./stream-view-faults.ts";

export type OrderRelayProps = {
  readonly settings: StageSettings;
  readonly store: OrderStore;
  readonly topic: OrderTopic;
};

/** Records that the relay is given at a time. */
export const RELAY_BATCH_SIZE = 100;

/** The relay: each change of an order in the stream becomes its events on the topic. */
export class OrderRelay extends Construct {
  readonly handler: BusFunction;
  /** What can never be sent. Standard: a FIFO failure destination never takes anything (4.9). */
  readonly parkingQueue: Queue;
  readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: OrderRelayProps) {
    super(scope, id);
    const { settings, store, topic } = props;
    this.parkingQueue = new Queue(this, "Parking", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicies(settings).queue,
    });
    acknowledgeRule(this.parkingQueue, "AwsSolutions-SQS3");
    this.handler = new BusFunction(this, "Handler", {
      settings,
      entry: entryFile("relay", "handler.ts"),
      description: "Relay: from the orders table's stream to the topic",
      // A longer run could outlast the 5 minutes in which SNS absorbs what is sent again (1.9).
      timeoutSeconds: 60,
      memoryMiB: 256,
      environment: {
        TOPIC_ARN: topic.topic.topicArn,
        PARKING_QUEUE_URL: this.parkingQueue.queueUrl,
        ...(store.outboxAttribute === undefined ? {} : { OUTBOX_ATTRIBUTE: store.outboxAttribute }),
      },
    });
    this.handler.allow(["sns:Publish"], topic.topic.topicArn);
    this.handler.allow(["sqs:SendMessage"], this.parkingQueue.queueArn);
    this.mapping = this.#readStream(store, settings);
  }

  #readStream(store: OrderStore, settings: StageSettings): EventSourceMapping {
    const streamArn = store.orders.tableStreamArn;
    if (streamArn === undefined) {
      throw new Error(
        "the orders table has no stream; allowed: NEW_AND_OLD_IMAGES. Set it as the table's `stream`, or import the table with its `tableStreamArn`.",
      );
    }
    this.node.addValidation({ validate: () => streamViewFaults(store.orders) });
    this.handler.allow(
      [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      streamArn,
    );
    // A table of one's own may be encrypted under a key of one's own.
    store.orders.encryptionKey?.grantDecrypt(this.handler.function);
    return new EventSourceMapping(this, "Stream", {
      target: this.handler.function,
      eventSourceArn: streamArn,
      // LATEST can miss what is written while the mapping comes up (4.6).
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: RELAY_BATCH_SIZE,
      // Safe, since order is kept for an item and an order is one item (4.3).
      parallelizationFactor: settings.relayParallelism,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // An outage of SNS must not discard healthy orders (4.8).
      retryAttempts: -1,
      // Lambda sends there with the function's role, which may do so already.
      onFailure: { bind: () => ({ destination: this.parkingQueue.queueArn }) },
    });
  }
}

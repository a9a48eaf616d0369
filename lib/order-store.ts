import { ProjectionType, StreamViewType, type Table } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import { busTable, number, text } from "./bus-table.ts";
import type { StageSettings } from "./stage-settings.ts";

/** The orders, which are also the outbox and the history, and how far each consumer has got. */
export class OrderStore extends Construct {
  readonly orders: Table;
  readonly dedup: Table;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    this.orders = busTable(this, "Orders", {
      settings,
      partitionKey: "orderId",
      timeToLiveAttribute: "expiresAt",
      // The relay sends what lies between the old and the new version.
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.dedup = busTable(this, "Dedup", {
      settings,
      partitionKey: "orderId",
      sortKey: "consumer",
      timeToLiveAttribute: "expiresAt",
    });
    // Sparse: only a row whose next event is decided dead has these attributes, so no tool has to
    // receive messages, and so spend their receive counts, to list dead letters.
    this.dedup.addGlobalSecondaryIndex({
      indexName: "dead-letters",
      partitionKey: text("deadConsumer"),
      sortKey: number("deadAtMs"),
      projectionType: ProjectionType.ALL,
    });
  }
}

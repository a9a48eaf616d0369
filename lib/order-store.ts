import { ProjectionType, StreamViewType, type Table } from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { busTable, number, text } from "./bus-table.ts";
import type { StageSettings } from "./stage-settings.ts";

/** What the bus needs of the table with the orders: CDK's `ITable` is one. */
export type OrdersTable = {
  readonly tableName: string;
  readonly tableArn: string;
  readonly tableStreamArn?: string | undefined;
  readonly encryptionKey?: IKey | undefined;
};

/** A table of your own, in whose items `appendEvent` keeps the orders' events. */
export type OwnOrdersTable = {
  /** With a stream of `NEW_AND_OLD_IMAGES`: the relay sends what lies between both. */
  readonly table: OrdersTable;
  /** The attribute that `appendEvent` writes. Items without it are passed over. */
  readonly outboxAttribute: string;
};

/** The orders, which are also the outbox and the history, and how far each consumer has got. */
export class OrderStore extends Construct {
  readonly orders: OrdersTable;
  /** None where the orders are in the bus's own table. */
  readonly outboxAttribute: string | undefined;
  readonly dedup: Table;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly settings: StageSettings; readonly own?: OwnOrdersTable | undefined },
  ) {
    super(scope, id);
    const { settings, own } = props;
    this.outboxAttribute = own?.outboxAttribute;
    this.orders = own?.table ?? this.#addOrders(settings);
    this.dedup = this.#addDedup(settings);
  }

  #addOrders(settings: StageSettings): Table {
    return busTable(this, "Orders", {
      settings,
      partitionKey: "orderId",
      timeToLiveAttribute: "expiresAt",
      // The relay sends what lies between the old and the new version.
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
  }

  #addDedup(settings: StageSettings): Table {
    const dedup = busTable(this, "Dedup", {
      settings,
      partitionKey: "orderId",
      sortKey: "consumer",
      timeToLiveAttribute: "expiresAt",
    });
    // Sparse: only a row whose next event is decided dead has these attributes, so no tool has to
    // receive messages, and so spend their receive counts, to list dead letters.
    dedup.addGlobalSecondaryIndex({
      indexName: "dead-letters",
      partitionKey: text("deadConsumer"),
      sortKey: number("deadAtMs"),
      projectionType: ProjectionType.ALL,
    });
    return dedup;
  }
}

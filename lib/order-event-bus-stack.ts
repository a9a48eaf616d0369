import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { OrderEventBus } from "./order-event-bus.ts";
import type { StageSettings } from "./stage-settings.ts";

export type OrderEventBusStackProps = StackProps & { readonly settings: StageSettings };

/** The bus, and the five services that must each hear of every step of an order. */
export class OrderEventBusStack extends Stack {
  readonly bus: OrderEventBus;

  constructor(scope: Construct, id: string, props: OrderEventBusStackProps) {
    const { settings } = props;
    super(scope, id, { terminationProtection: settings.protectData === "keep", ...props });
    // The id "Default" leaves no trace in the ids of what is deployed.
    this.bus = new OrderEventBus(this, "Default", { settings });
    this.bus.addConsumer("inventory", {
      handles: ["order.created", "order.cancelled", "order.shipped"],
      tables: { stock: { partitionKey: "sku", access: "adjust" } },
    });
    this.bus.addConsumer("loyalty", {
      handles: ["order.paid", "order.cancelled"],
      tables: { points: { partitionKey: "customerId", access: "adjust" } },
    });
    this.bus.addConsumer("recommendation", {
      handles: ["order.created"],
      tables: {
        bought: { partitionKey: "sku", access: "adjust" },
        together: { partitionKey: "sku", sortKey: "other", access: "adjust" },
      },
    });
    this.bus.addConsumer("warehouse", {
      tables: { facts: { partitionKey: "day", sortKey: "eventId", access: "put" } },
    });
    this.bus.addConsumer("fraud", {
      tables: { velocity: { partitionKey: "customerId", sortKey: "day", access: "adjust" } },
    });
  }
}

import { Annotations, CfnOutput, Lazy, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { AdmissionDoor } from "./admission-door.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { BusAlarms } from "./bus-alarms.ts";
import { BusDashboard } from "./bus-dashboard.ts";
import { registerFaults } from "./consumer-register.ts";
import { OrderApi } from "./order-api.ts";
import { type ConsumerProps, consumerId, OrderConsumer } from "./order-consumer.ts";
import { OrderRelay } from "./order-relay.ts";
import { OrderStore } from "./order-store.ts";
import { OrderTopic } from "./order-topic.ts";
import { hours, outageBoundSeconds } from "./receive-margin.ts";
import { refuseUnsafe } from "./refuse-unsafe.ts";
import { type StageSettings, unknownConsumers } from "./stage-settings.ts";

export type OrderEventBusStackProps = StackProps & { readonly settings: StageSettings };

/** client → order API → orders table → stream → relay → FIFO topic → a queue a consumer. */
export class OrderEventBusStack extends Stack {
  readonly settings: StageSettings;
  readonly store: OrderStore;
  readonly api: OrderApi;
  readonly topic: OrderTopic;
  readonly relay: OrderRelay;
  readonly alarms: AlarmTopic;
  /** None where the stage has it off. */
  readonly admission: AdmissionDoor | undefined;
  readonly dashboard: BusDashboard;
  readonly consumers: OrderConsumer[] = [];

  constructor(scope: Construct, id: string, props: OrderEventBusStackProps) {
    const { settings } = props;
    super(scope, id, { terminationProtection: settings.protectData === "keep", ...props });
    this.settings = settings;
    this.alarms = new AlarmTopic(this, "Alarms", settings);

    this.store = new OrderStore(this, "Store", settings);
    this.api = new OrderApi(this, "Api", { settings, store: this.store });
    this.topic = new OrderTopic(this, "Topic");
    this.relay = new OrderRelay(this, "Relay", { settings, store: this.store, topic: this.topic });
    this.admission = this.#addAdmission();
    this.dashboard = new BusDashboard(this, "Dashboard", this);
    new BusAlarms(this, "BusAlarms", this);

    this.addConsumer("inventory", {
      tables: { stock: { partitionKey: "sku", access: "adjust" } },
    });
    this.addConsumer("loyalty", {
      tables: { points: { partitionKey: "customerId", access: "adjust" } },
    });
    this.addConsumer("recommendation", {
      tables: {
        bought: { partitionKey: "sku", access: "adjust" },
        together: { partitionKey: "sku", sortKey: "other", access: "adjust" },
      },
    });
    this.addConsumer("warehouse", {
      tables: { facts: { partitionKey: "day", sortKey: "eventId", access: "put" } },
    });
    this.addConsumer("fraud", {
      tables: { velocity: { partitionKey: "customerId", sortKey: "day", access: "adjust" } },
    });
    this.#addOutputs();
    this.#tellOutageBound();
    refuseUnsafe(this, settings);
    const names = () => this.consumers.map((consumer) => consumer.name);
    this.node.addValidation({ validate: () => unknownConsumers(settings, names()) });
    if (settings.protectData === "destroy") return;
    const ids = () => this.consumers.map((consumer) => consumer.node.id);
    this.node.addValidation({ validate: () => registerFaults(this, ids()) });
  }

  /** A queue, its dead-letter queues, function, permissions and alarms for one more consumer. */
  addConsumer(name: string, props: ConsumerProps = {}): OrderConsumer {
    const { settings, store, topic, alarms } = this;
    const consumer = new OrderConsumer(this, consumerId(name, props.generation), {
      ...props,
      ...{ name, settings, store, topic, alarms },
    });
    // What is published before a subscription stands never reaches that consumer.
    if (consumer.subscription !== undefined) {
      this.relay.mapping.node.addDependency(consumer.subscription);
    }
    if (this.#isCritical(name, props)) this.admission?.watch(consumer);
    this.dashboard.addConsumer(consumer);
    this.consumers.push(consumer);
    return consumer;
  }

  #addAdmission(): AdmissionDoor | undefined {
    const { settings, store, alarms } = this;
    const door = settings.admission;
    if (door === "off") return undefined;
    return new AdmissionDoor(this, "Admission", { settings, door, store, alarms });
  }

  /** The queue of a paused one fills on purpose, and nobody waits for a retired one. */
  #isCritical(name: string, { paused, retired }: ConsumerProps): boolean {
    const { admission } = this.settings;
    const isNamed = admission !== "off" && admission.critical.includes(name);
    return isNamed && paused !== true && retired !== true;
  }

  #addOutputs(): void {
    const outputs = {
      ApiUrl: this.api.url,
      ApiFunction: this.api.handler.function.functionName,
      OrdersTable: this.store.orders.tableName,
      DedupTable: this.store.dedup.tableName,
      TopicArn: this.topic.topic.topicArn,
      ParkingQueueUrl: this.relay.parkingQueue.queueUrl,
      // Late, since consumers may be added after the stack stands. A retired one is no longer
      // expected to know every order.
      Consumers: this.toJsonString(
        Lazy.any({
          produce: () =>
            this.consumers
              .filter((consumer) => consumer.subscription !== undefined)
              .map((consumer) => consumer.description()),
        }),
      ),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  #tellOutageBound(): void {
    const { maxReceiveCount, visibilityTimeoutSeconds } = this.settings;
    const bound = outageBoundSeconds(maxReceiveCount, visibilityTimeoutSeconds);
    Annotations.of(this).addInfoV2(
      "order-event-bus:outage-bound",
      `While consumers cannot even start, nothing is dead-lettered for ${hours(bound)}: maxReceiveCount ${maxReceiveCount} × visibility timeout ${visibilityTimeoutSeconds} s.`,
    );
  }
}

import { Annotations, CfnOutput, Lazy, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { AdmissionDoor } from "./admission-door.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { BusAlarms } from "./bus-alarms.ts";
import { BusDashboard } from "./bus-dashboard.ts";
import { busFaults } from "./bus-faults.ts";
import { BusPatrol } from "./bus-patrol.ts";
import { OrderApi } from "./order-api.ts";
import { type ConsumerProps, consumerId, OrderConsumer } from "./order-consumer.ts";
import { OrderRelay } from "./order-relay.ts";
import { OrderStore, type OwnOrdersTable } from "./order-store.ts";
import { OrderTopic } from "./order-topic.ts";
import { hours, outageBoundSeconds } from "./receive-margin.ts";
import { refuseUnsafe } from "./refuse-unsafe.ts";
import type { StageSettings } from "./stage-settings.ts";

export type OrderEventBusProps = {
  readonly settings: StageSettings;
  /** Where your orders are already; without it the bus has a table, and an order API before it. */
  readonly ordersTable?: OwnOrdersTable;
};

/**
 * client → order API → orders table → stream → relay → FIFO topic → a queue a consumer.
 *
 * One in a stack. Consumers are added to it, one call each. The tools find it by the stack's name,
 * `OrderEventBus-STAGE`, and its outputs.
 */
export class OrderEventBus extends Construct {
  readonly settings: StageSettings;
  readonly store: OrderStore;
  /** None before a table of your own: there your code takes the orders. */
  readonly api: OrderApi | undefined;
  readonly topic: OrderTopic;
  readonly relay: OrderRelay;
  readonly alarms: AlarmTopic;
  /** None where the stage has it off. */
  readonly admission: AdmissionDoor | undefined;
  readonly patrol: BusPatrol;
  readonly busAlarms: BusAlarms;
  readonly dashboard: BusDashboard;
  readonly consumers: OrderConsumer[] = [];

  constructor(scope: Construct, id: string, props: OrderEventBusProps) {
    super(scope, id);
    const { settings, ordersTable: own } = props;
    this.settings = settings;
    this.alarms = new AlarmTopic(this, "Alarms", settings);
    this.store = new OrderStore(this, "Store", { settings, own });
    this.api =
      own === undefined ? new OrderApi(this, "Api", { settings, store: this.store }) : undefined;
    this.topic = new OrderTopic(this, "Topic");
    this.relay = new OrderRelay(this, "Relay", { settings, store: this.store, topic: this.topic });
    this.admission = this.#addAdmission();
    this.patrol = new BusPatrol(this, "Patrol", this);
    this.busAlarms = new BusAlarms(this, "BusAlarms", this);
    this.dashboard = new BusDashboard(this, "Dashboard", this);
    this.#addOutputs();
    this.#tellOutageBound();
    refuseUnsafe(Stack.of(this), settings);
    this.node.addValidation({ validate: () => busFaults(this) });
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
    this.patrol.watch(consumer, props);
    this.busAlarms.watch(consumer);
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
    const { api, store, topic, relay, settings } = this;
    const { retainDays, backoffCapSeconds } = settings.failureRules;
    const outputs = {
      ...(api === undefined
        ? {}
        : { ApiUrl: api.url, ApiFunction: api.handler.function.functionName }),
      ...(store.outboxAttribute === undefined ? {} : { OutboxAttribute: store.outboxAttribute }),
      OrdersTable: store.orders.tableName,
      DedupTable: store.dedup.tableName,
      TopicArn: topic.topic.topicArn,
      ParkingQueueUrl: relay.parkingQueue.queueUrl,
      RelayFunction: relay.handler.function.functionName,
      RelayMappingId: relay.mapping.eventSourceMappingId,
      // With a time to keep orders, their last event is due at every consumer.
      RetainDays: String(retainDays),
      BackoffCapSeconds: String(backoffCapSeconds),
      Consumers: Stack.of(this).toJsonString(Lazy.any({ produce: () => this.#describe() })),
    };
    for (const [name, value] of Object.entries(outputs)) {
      // By this name the tools find it, wherever in the stack the bus is.
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
    }
  }

  /** Asked late, since consumers are added later. A retired one need not know every order. */
  #describe(): object[] {
    return this.consumers
      .filter((consumer) => consumer.subscription !== undefined)
      .map((consumer) => consumer.description());
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

import { Stack } from "aws-cdk-lib";
import {
  type AlarmBase,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { AdmissionDoor } from "./admission-door.ts";
import type { AlarmTopic } from "./alarm-topic.ts";
import { consumerMetric } from "./consumer-alarms.ts";
import type { OrderApi } from "./order-api.ts";
import type { OrderConsumer } from "./order-consumer.ts";
import type { OrderRelay } from "./order-relay.ts";
import type { OrderTopic } from "./order-topic.ts";
import { total } from "./raise-alarms.ts";

export type BusDashboardProps = {
  readonly alarms: AlarmTopic;
  readonly api: OrderApi | undefined;
  readonly relay: OrderRelay;
  readonly topic: OrderTopic;
  readonly admission: AdmissionDoor | undefined;
};

type Axis = readonly IMetric[];

/** Counts on the left; where there are two units, times on the right. */
const graph = (title: string, left: Axis, right: Axis = []): GraphWidget =>
  new GraphWidget({ title, left: [...left], right: [...right], width: 6, height: 5 });

const heading = (markdown: string): IWidget => new TextWidget({ markdown, width: 24, height: 1 });

/** One light an alarm that tells somebody; those that ring stand first. */
const lights = (title: string, alarms: readonly AlarmBase[]): IWidget =>
  new AlarmStatusWidget({
    title,
    alarms: [...alarms],
    sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
    width: 24,
    height: 3,
  });

const apiGraphs = (api: OrderApi | undefined): GraphWidget[] => {
  if (api === undefined) return [];
  const metric = (name: string, label: string) => api.handler.metric(name, { ...total, label });
  return [
    graph(
      "1 Order API",
      [
        metric("Accepted", "accepted"),
        metric("Refused", "refused"),
        metric("Busy", "busy"),
        metric("Error", "failed"),
      ],
      [api.handler.function.metricDuration({ statistic: "p99", label: "p99 ms" })],
    ),
  ];
};

const doorGraphs = (api: OrderApi | undefined, door: AdmissionDoor | undefined): GraphWidget[] => {
  if (api === undefined || door === undefined) return [];
  const metric = (name: string, label: string) => api.handler.metric(name, { ...total, label });
  return [
    graph(
      "New orders turned away; right: 1 is closed",
      [metric("Closed", "turned away"), metric("AdmissionUnknown", "door unknown")],
      [door.closed()],
    ),
  ];
};

const OUTCOMES = ["Applied", "Ignored", "Duplicate", "Retried", "Postponed", "Parked", "Dead"];

/**
 * First what rings, then the path of an order from left to right, then a row for each consumer:
 * behind, failing, late, dead.
 */
export class BusDashboard extends Construct {
  readonly #dashboard: Dashboard;
  readonly #alarms: AlarmTopic;

  constructor(scope: Construct, id: string, props: BusDashboardProps) {
    super(scope, id);
    const { alarms, api, relay, topic, admission } = props;
    this.#alarms = alarms;
    const { stackName } = Stack.of(this);
    this.#dashboard = new Dashboard(this, "Dashboard", { dashboardName: stackName });
    // Those of the consumers stand beside each consumer's graphs.
    const before = alarms.telling("bus", "api", "relay", "topic", "admission", "patrol");
    this.#dashboard.addWidgets(lights("On the way to the consumers", before));
    const { handler, parkingQueue } = relay;
    this.#dashboard.addWidgets(
      ...apiGraphs(api),
      graph(
        "2 Relay",
        [handler.metric("Published", total), handler.metric("Failed", total)],
        [handler.function.metric("IteratorAge", { statistic: "Maximum", label: "behind, ms" })],
      ),
      graph("3 Topic", [
        topic.topic.metricNumberOfMessagesPublished(),
        topic.topic.metricNumberOfNotificationsDelivered(),
        topic.topic.metricNumberOfNotificationsFailed(),
      ]),
      graph("Parked by the relay", [parkingQueue.metricApproximateNumberOfMessagesVisible()]),
      ...doorGraphs(api, admission),
    );
  }

  addConsumer(consumer: OrderConsumer): void {
    const { queue, deadLetters, undelivered } = consumer.queues;
    this.#dashboard.addWidgets(
      heading(`## ${consumer.key}`),
      lights("Alarms", this.#alarms.telling(consumer.key)),
    );
    this.#dashboard.addWidgets(
      graph(
        "Behind",
        [
          queue.metricApproximateNumberOfMessagesVisible({ label: "waiting" }),
          queue.metricApproximateNumberOfMessagesNotVisible({ label: "in flight, backing off" }),
        ],
        [queue.metricApproximateAgeOfOldestMessage({ label: "oldest, s" })],
      ),
      graph(
        "Outcomes",
        OUTCOMES.map((outcome) => consumerMetric(consumer, outcome)),
        [consumerMetric(consumer, "FailingMs", "Maximum")],
      ),
      graph("From the order to its effect", [
        consumerMetric(consumer, "LatencyMs", "p50"),
        consumerMetric(consumer, "LatencyMs", "p99"),
      ]),
      graph("Dead letters", [
        deadLetters.metricApproximateNumberOfMessagesVisible({ label: "given up" }),
        undelivered.metricApproximateNumberOfMessagesVisible({ label: "not delivered" }),
      ]),
    );
  }
}

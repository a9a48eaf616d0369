import { Stack } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { AdmissionDoor } from "./admission-door.ts";
import { consumerMetric } from "./consumer-alarms.ts";
import type { OrderApi } from "./order-api.ts";
import type { OrderConsumer } from "./order-consumer.ts";
import type { OrderRelay } from "./order-relay.ts";
import type { OrderTopic } from "./order-topic.ts";
import { total } from "./raise-alarms.ts";

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: 6, height: 5 });

const apiGraphs = (api: OrderApi | undefined): GraphWidget[] => {
  if (api === undefined) return [];
  const { function: handler } = api.handler;
  return [graph("Order API", [handler.metricInvocations(), handler.metricErrors()])];
};

const doorGraphs = (api: OrderApi | undefined): GraphWidget[] => {
  if (api === undefined) return [];
  return [
    graph("New orders", [
      api.handler.metric("Closed", { ...total, label: "turned away" }),
      api.handler.metric("AdmissionUnknown", { ...total, label: "door unknown" }),
    ]),
  ];
};

const OUTCOMES = ["Applied", "Duplicate", "Retried", "Postponed", "Parked", "Dead"];

/** The path of an order from left to right, then a row for each consumer. */
export class BusDashboard extends Construct {
  readonly #dashboard: Dashboard;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly api: OrderApi | undefined;
      readonly relay: OrderRelay;
      readonly topic: OrderTopic;
      readonly admission: AdmissionDoor | undefined;
    },
  ) {
    super(scope, id);
    const { api, relay, topic, admission } = props;
    const { stackName } = Stack.of(this);
    this.#dashboard = new Dashboard(this, "Dashboard", { dashboardName: stackName });
    this.#dashboard.addWidgets(
      ...apiGraphs(api),
      graph("Relay: age of the stream", [
        relay.handler.function.metric("IteratorAge", { statistic: "Maximum" }),
      ]),
      graph("Topic", [
        topic.topic.metricNumberOfMessagesPublished(),
        topic.topic.metricNumberOfNotificationsFailed(),
      ]),
      graph("Parked by the relay", [relay.parkingQueue.metricApproximateNumberOfMessagesVisible()]),
    );
    if (admission === undefined) return;
    this.#dashboard.addWidgets(
      graph("Door to new orders: 1 is closed", [admission.closed()]),
      ...doorGraphs(api),
    );
  }

  addConsumer(consumer: OrderConsumer): void {
    const { queue, deadLetters, undelivered } = consumer.queues;
    this.#dashboard.addWidgets(
      new TextWidget({ markdown: `## ${consumer.key}`, width: 24, height: 1 }),
    );
    this.#dashboard.addWidgets(
      graph("Backlog", [
        queue.metricApproximateNumberOfMessagesVisible(),
        queue.metricApproximateAgeOfOldestMessage(),
      ]),
      graph(
        "Outcomes",
        OUTCOMES.map((outcome) => consumerMetric(consumer, outcome)),
      ),
      graph("From the order to its effect", [
        consumerMetric(consumer, "LatencyMs", "p50"),
        consumerMetric(consumer, "LatencyMs", "p99"),
      ]),
      graph("Dead letters", [
        deadLetters.metricApproximateNumberOfMessagesVisible(),
        undelivered.metricApproximateNumberOfMessagesVisible(),
      ]),
    );
  }
}

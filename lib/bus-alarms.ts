import { Construct } from "constructs";
import type { AlarmTopic } from "./alarm-topic.ts";
import type { OrderApi } from "./order-api.ts";
import type { OrderRelay } from "./order-relay.ts";
import type { OrderTopic } from "./order-topic.ts";
import { largest, raiseDeadLetterAlarms, raiseFunctionAlarms, total } from "./raise-alarms.ts";
import type { StageSettings } from "./stage-settings.ts";

export type BusAlarmsProps = {
  readonly alarms: AlarmTopic;
  readonly settings: StageSettings;
  readonly api: OrderApi | undefined;
  readonly topic: OrderTopic;
  readonly relay: OrderRelay;
};

/** What can fail before an event reaches any consumer's queue. */
export class BusAlarms extends Construct {
  constructor(scope: Construct, id: string, props: BusAlarmsProps) {
    super(scope, id);
    const { alarms, settings, api, topic, relay } = props;
    if (api !== undefined) this.#watchApi(api, props);
    raiseFunctionAlarms(alarms, new Construct(this, "Relay"), relay.handler.function, "The relay");
    const parking = { id: "Parking", name: "Parking queue of what the relay can never send" };
    raiseDeadLetterAlarms(alarms, this, relay.parkingQueue, parking);
    const seconds = settings.alarmAfter.iteratorAgeSeconds;
    alarms.raise(this, "IteratorAge", {
      metric: relay.handler.function.metric("IteratorAge", largest),
      threshold: seconds * 1_000,
      because: `The relay is ${seconds} s behind; after 24 hours the stream forgets.`,
    });
    // SNS counts these for the topic only; which subscription it is, its dead-letter queue tells.
    alarms.raise(this, "NotificationsFailed", {
      metric: topic.topic.metricNumberOfNotificationsFailed(total),
      threshold: 1,
      because:
        "SNS could not deliver to a subscribed queue: it was deleted, or its policy changed.",
    });
    alarms.raise(this, "NotificationsLost", {
      metric: topic.topic.metric("NumberOfNotificationsFailedToRedriveToDlq", total),
      threshold: 1,
      because:
        "SNS could put an event neither into a consumer's queue nor its dead-letter queue: republish it from the store.",
    });
  }

  #watchApi(api: OrderApi, { alarms, settings }: BusAlarmsProps): void {
    raiseFunctionAlarms(alarms, new Construct(this, "Api"), api.handler.function, "The order API");
    if (settings.admission !== "off") {
      alarms.raise(this, "AdmissionUnknown", {
        metric: api.handler.metric("AdmissionUnknown", total),
        threshold: 1,
        because:
          "The order API lets every new order in, since it cannot read the admission state or nobody has decided for 5 minutes: see the admission door's function and its rule.",
      });
    }
  }
}

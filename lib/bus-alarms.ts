import { Duration, Lazy } from "aws-cdk-lib";
import { type Alarm, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { type AlarmTopic, anyRings } from "./alarm-topic.ts";
import type { OrderApi } from "./order-api.ts";
import type { OrderConsumer } from "./order-consumer.ts";
import type { OrderRelay } from "./order-relay.ts";
import type { OrderTopic } from "./order-topic.ts";
import {
  LASTING,
  largest,
  raiseDeadLetterAlarms,
  raiseFunctionAlarms,
  total,
  UNTIL_DEPTH_TELLS,
} from "./raise-alarms.ts";
import type { StageSettings } from "./stage-settings.ts";

export type BusAlarmsProps = {
  readonly alarms: AlarmTopic;
  readonly settings: StageSettings;
  readonly api: OrderApi | undefined;
  readonly topic: OrderTopic;
  readonly relay: OrderRelay;
};

const API = { name: "api", text: "the order API" };
const RELAY = { name: "relay", text: "the relay" };
const TOPIC = { name: "topic", text: "a consumer's queue" };
const BUS = { name: "bus", text: "before the consumers" };

/** A few that meet at one order answer 503; so many in 5 minutes are a table that cannot keep up. */
const MANY_BUSY = 20;

/**
 * With an order in every period the first tells soon. With an order every 10 minutes no two of its
 * periods in a row have one, and the second tells: up to an order every half hour.
 */
const STOPPED = [
  { id: "Stopped", minutes: 5 },
  { id: "StoppedWhileSlack", minutes: 30 },
] as const;

/** What can fail before an event reaches any consumer's queue. */
export class BusAlarms extends Construct {
  readonly #props: BusAlarmsProps;
  /** Any of them means that an order's events do not get as far as a queue. */
  readonly #stuck: Alarm[];

  constructor(scope: Construct, id: string, props: BusAlarmsProps) {
    super(scope, id);
    this.#props = props;
    const { alarms } = props;
    if (props.api !== undefined) this.#watchApi(props.api);
    this.#watchRelay();
    this.#stuck = [...this.#watchParking(), this.#watchTopic()];
    // Consumers are added later, each with a queue that SNS may not reach.
    const renderAlarmRule = () =>
      Lazy.string({ produce: () => anyRings(...this.#stuck).renderAlarmRule() });
    const rule = { renderAlarmRule };
    alarms.combine(this, "Stuck", { kind: "orderStuck", subject: BUS, rule });
  }

  watch(consumer: OrderConsumer): void {
    this.#stuck.push(consumer.alarms.undelivered);
  }

  #watchApi(api: OrderApi): void {
    const { alarms, settings } = this.#props;
    const scope = new Construct(this, "Api");
    raiseFunctionAlarms(alarms, scope, api.handler.function, API);
    alarms.raise(scope, "Failures", {
      ...{ kind: "apiFails", subject: API, threshold: 1, limit: MANY_BUSY },
      metric: api.handler.metric("Error", total),
    });
    alarms.raise(scope, "Busy", {
      ...{ kind: "apiFails", subject: API, threshold: MANY_BUSY },
      metric: api.handler.metric("Busy", total),
    });
    if (settings.admission === "off") return;
    alarms.raise(scope, "AdmissionUnknown", {
      ...{ kind: "admissionUnknown", subject: API, threshold: 1 },
      metric: api.handler.metric("AdmissionUnknown", total),
      // Before the door's first look nobody has decided, and that is well.
      periods: LASTING,
    });
  }

  #watchRelay(): void {
    const { alarms, settings, relay, api } = this.#props;
    const scope = new Construct(this, "Relay");
    raiseFunctionAlarms(alarms, scope, relay.handler.function, RELAY);
    const seconds = settings.alarmAfter.iteratorAgeSeconds;
    const tells = "combined";
    const age = alarms.raise(scope, "IteratorAge", {
      ...{ kind: "relayBehind", subject: RELAY, tells, limit: seconds },
      metric: relay.handler.function.metric("IteratorAge", largest),
      threshold: seconds * 1_000,
    });
    const failing = alarms.raise(scope, "PublishFails", {
      ...{ kind: "publishFails", subject: RELAY, tells, threshold: 1 },
      metric: relay.handler.metric("Failed", total),
      periods: LASTING,
      limit: 5 * LASTING.breaching,
    });
    const stopped = api === undefined ? [] : this.#raiseStopped(scope, api);
    const rule = anyRings(age, failing, ...stopped);
    alarms.combine(scope, "Behind", { kind: "relayBehind", subject: RELAY, rule, limit: seconds });
  }

  /** A mapping that is off calls nobody, so the relay itself says nothing at all, its age neither. */
  #raiseStopped(scope: Construct, api: OrderApi): (Alarm | undefined)[] {
    const { alarms, relay } = this.#props;
    return STOPPED.map(({ id, minutes }) => {
      const sum = { statistic: "Sum", period: Duration.minutes(minutes) };
      return alarms.raiseMath(scope, id, {
        kind: "relayStopped",
        subject: RELAY,
        metric: new MathExpression({
          expression: "IF(accepted >= 1 AND FILL(published, 0) < 1, 1, 0)",
          usingMetrics: {
            accepted: api.handler.metric("Accepted", sum),
            published: relay.handler.metric("Published", sum),
          },
          period: sum.period,
          label: "accepts and does not publish",
        }),
        threshold: 1,
        limit: 2 * minutes,
        // One alone may end between an order and its event.
        periods: { breaching: 2, of: 2 },
        tells: "combined",
      });
    });
  }

  #watchParking(): Alarm[] {
    const { alarms, relay } = this.#props;
    return [
      raiseDeadLetterAlarms(alarms, this, {
        id: "Parking",
        queue: relay.parkingQueue,
        kind: "eventParked",
        subject: RELAY,
      }),
      alarms.raise(this, "Unsendable", {
        ...{ kind: "eventParked", subject: RELAY, threshold: 1, tells: "combined" },
        periods: UNTIL_DEPTH_TELLS,
        metric: relay.handler.metric("Unsendable", total),
      }),
    ];
  }

  /** SNS counts for the topic only; which subscription it is, its dead-letter queue tells. */
  #watchTopic(): Alarm {
    const { alarms, topic } = this.#props;
    alarms.raise(this, "NotificationsLost", {
      ...{ kind: "eventLost", subject: TOPIC, threshold: 1 },
      metric: topic.topic.metric("NumberOfNotificationsFailedToRedriveToDlq", total),
    });
    return alarms.raise(this, "NotificationsFailed", {
      ...{ kind: "undelivered", subject: TOPIC, threshold: 1, tells: "combined" },
      periods: UNTIL_DEPTH_TELLS,
      metric: topic.topic.metricNumberOfNotificationsFailed(total),
    });
  }
}

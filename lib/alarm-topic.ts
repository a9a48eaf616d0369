import { Aws, Stack } from "aws-cdk-lib";
import {
  Alarm,
  type AlarmBase,
  AlarmRule,
  CfnAlarm,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarmRule,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { describeFailure, type FailureKind } from "./failure-modes.ts";
import type { StageSettings } from "./stage-settings.ts";

/** The part of the bus that an alarm is about. */
export type Subject = {
  /** In the alarm's name: `STACK/NAME/ID`. */
  readonly name: string;
  /** In what the alarm says, within a sentence. */
  readonly text: string;
};

type Told = {
  readonly kind: FailureKind;
  readonly subject: Subject;
};

export type AlarmProps = Told & {
  readonly metric: IMetric;
  /** It rings at this value. */
  readonly threshold: number;
  /** "below": it rings below the threshold instead, and where there is no data at all. */
  readonly side?: "above" | "below";
  /** The number that the text names; the threshold unless it is given. */
  readonly limit?: number;
  /** So many periods, of the last so many; one of one unless it is given. */
  readonly periods?: { readonly breaching: number; readonly of: number };
  /** "combined": it wakes nobody itself where a combined alarm does, of which it is a part. */
  readonly tells?: "itself" | "combined";
};

export type CombinedProps = Told & {
  readonly rule: IAlarmRule;
  /** The number that the text names, if it names one. */
  readonly limit?: number;
};

/** A queue that sleeps and a function that is not called report nothing at all (2.22). */
const SIDES = {
  above: {
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  },
  below: {
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
  },
} as const;

/**
 * On the first day there is no data yet (2.30). Not asked of an endpoint that does not even combine
 * alarms.
 */
const waitForData = (alarm: Alarm): void => {
  const { defaultChild } = alarm.node;
  if (!(defaultChild instanceof CfnAlarm)) throw new Error("an alarm is made of a CfnAlarm");
  defaultChild.warmUpConfiguration = { warmUpPeriodDurationInMinutes: 30 };
};

/** Where every alarm goes. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  readonly #telling: { readonly of: string; readonly alarm: AlarmBase }[] = [];
  readonly #combines: boolean;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    this.#combines = settings.combinedAlarms === "on";
    this.topic = new Topic(this, "Topic", {
      topicName: `${Stack.of(this).stackName}-alarms`,
      enforceSSL: true,
    });
    // A topic with a policy of its own has lost the default one, which lets the account's alarms in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    if (settings.alarmEmail !== undefined && settings.alarmEmail !== "none") {
      this.topic.addSubscription(new EmailSubscription(settings.alarmEmail));
    }
  }

  raise(scope: Construct, id: string, props: AlarmProps): Alarm {
    const { kind, subject, metric, threshold, periods = { breaching: 1, of: 1 } } = props;
    const { side = "above" } = props;
    const alarm = new Alarm(scope, id, {
      metric,
      threshold,
      alarmName: this.#nameOf(subject, id),
      evaluationPeriods: periods.of,
      datapointsToAlarm: periods.breaching,
      ...SIDES[side],
      alarmDescription: describeFailure(kind, {
        subject: subject.text,
        limit: props.limit ?? threshold,
      }),
    });
    if (side === "below" && this.#combines) waitForData(alarm);
    if (props.tells !== "combined" || !this.#combines) this.#tell(subject, alarm);
    return alarm;
  }

  /** An alarm on sums or ratios of metrics, which not every endpoint can work out. */
  raiseMath(scope: Construct, id: string, props: AlarmProps): Alarm | undefined {
    return this.#combines ? this.raise(scope, id, props) : undefined;
  }

  /** One alarm for what several find out, so that one incident wakes somebody once. */
  combine(scope: Construct, id: string, props: CombinedProps): CompositeAlarm | undefined {
    if (!this.#combines) return undefined;
    const { kind, subject, rule, limit = 0 } = props;
    const alarm = new CompositeAlarm(scope, id, {
      alarmRule: rule,
      compositeAlarmName: this.#nameOf(subject, id),
      alarmDescription: describeFailure(kind, { subject: subject.text, limit }),
    });
    this.#tell(subject, alarm);
    // Whoever was woken is also told that it is over.
    alarm.addOkAction(new SnsAction(this.topic));
    return alarm;
  }

  /** Those that tell somebody, so far; without the parts of combined ones. */
  telling(...subjects: readonly string[]): AlarmBase[] {
    return this.#telling.filter(({ of }) => subjects.includes(of)).map(({ alarm }) => alarm);
  }

  #tell({ name }: Subject, alarm: AlarmBase): void {
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.#telling.push({ of: name, alarm });
  }

  /** A name of our own: it is what a person reads first, and the tools find a stage's by its start. */
  #nameOf({ name }: Subject, id: string): string {
    return `${Stack.of(this).stackName}/${name}/${id}`;
  }
}

/** Of those that there are. */
export const anyRings = (...alarms: readonly (AlarmBase | undefined)[]): IAlarmRule =>
  AlarmRule.anyOf(...alarms.filter((alarm) => alarm !== undefined));

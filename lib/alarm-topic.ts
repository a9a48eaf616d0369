import { Aws, Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { StageSettings } from "./stage-settings.ts";

export type AlarmProps = {
  readonly metric: IMetric;
  /** It rings at this value. */
  readonly threshold: number;
  /** For the person who is woken: what has happened. */
  readonly because: string;
};

/** Where every alarm goes. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
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

  raise(scope: Construct, id: string, props: AlarmProps): void {
    const alarm = new Alarm(scope, id, {
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // A queue that sleeps and a function that is not called report nothing at all (2.22).
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: props.because,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

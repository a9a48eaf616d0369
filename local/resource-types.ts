/**
 * What the embedded runtime understands of a template: each resource type, the properties that it
 * applies, and those that it knowingly ignores, with the reason. A property in neither list might
 * change behaviour on AWS, so it is an error.
 */
import { type Resource, TemplateError } from "./template.ts";

export type ResourceType = {
  /** `created`: something exists afterwards; `accepted`: has no effect on one machine. */
  readonly mode: "created" | "accepted";
  readonly applied: readonly string[];
  readonly ignored: Readonly<Record<string, string>>;
};

const TAGS = "names for people and bills";
const NO_ENCRYPTION = "files of one user on one disk";
const NO_POLICIES = "the emulators enforce no policies; the stack tests check them";

const created = (applied: readonly string[], ignored: ResourceType["ignored"]): ResourceType => ({
  mode: "created",
  applied,
  ignored: { Tags: TAGS, ...ignored },
});

/** All properties are ignored, for this reason. */
const accepted = (reason: string): ResourceType => ({
  mode: "accepted",
  applied: [],
  ignored: { "*": reason },
});

const NO_METRICS = "measured by the runtime as far as alarms ask for it";
const ALARM = ["AlarmName", "AlarmDescription", "AlarmActions", "OKActions"];

export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  "AWS::DynamoDB::Table": created(
    [
      "TableName",
      "KeySchema",
      "AttributeDefinitions",
      "BillingMode",
      "GlobalSecondaryIndexes",
      "StreamSpecification",
      "TimeToLiveSpecification",
    ],
    {
      PointInTimeRecoverySpecification: "back up the data folder instead",
      DeletionProtectionEnabled: "nothing here deletes a table",
      SSESpecification: NO_ENCRYPTION,
      ContributorInsightsSpecification: NO_METRICS,
    },
  ),
  "AWS::SNS::Topic": created(
    ["TopicName", "FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope"],
    { KmsMasterKeyId: NO_ENCRYPTION, DisplayName: TAGS },
  ),
  "AWS::SNS::Subscription": created(
    ["TopicArn", "Protocol", "Endpoint", "RawMessageDelivery", "RedrivePolicy"],
    { Region: "one machine" },
  ),
  "AWS::SQS::Queue": created(
    [
      "QueueName",
      "FifoQueue",
      "ContentBasedDeduplication",
      "DeduplicationScope",
      "FifoThroughputLimit",
      "VisibilityTimeout",
      "MessageRetentionPeriod",
      "MaximumMessageSize",
      "DelaySeconds",
      "ReceiveMessageWaitTimeSeconds",
      "RedrivePolicy",
    ],
    {
      RedriveAllowPolicy: NO_POLICIES,
      SqsManagedSseEnabled: NO_ENCRYPTION,
      KmsMasterKeyId: NO_ENCRYPTION,
      KmsDataKeyReusePeriodSeconds: NO_ENCRYPTION,
    },
  ),
  "AWS::Lambda::Function": created(
    [
      "FunctionName",
      "Code",
      "Handler",
      "Runtime",
      "Environment",
      "Timeout",
      "MemorySize",
      "ReservedConcurrentExecutions",
    ],
    {
      Role: "IAM is not enforced here",
      Architectures: "runs on this machine's",
      Description: TAGS,
      LoggingConfig: "logs go to one file a function",
      TracingConfig: "no X-Ray here",
    },
  ),
  "AWS::Lambda::Url": created(["TargetFunctionArn", "InvokeMode"], {
    AuthType: "unsigned calls are taken, from this machine only",
  }),
  "AWS::Lambda::EventSourceMapping": created(
    [
      "FunctionName",
      "EventSourceArn",
      "BatchSize",
      "Enabled",
      "FunctionResponseTypes",
      "ScalingConfig",
      "StartingPosition",
      "BisectBatchOnFunctionError",
      "MaximumRetryAttempts",
      "MaximumRecordAgeInSeconds",
    ],
    {
      DestinationConfig: "unreachable, since retries here have no limit",
      MaximumBatchingWindowInSeconds: "latency matters more than batches here",
      ParallelizationFactor: "one reader a shard keeps every order",
      MetricsConfig: NO_METRICS,
    },
  ),
  "AWS::Events::Rule": created(["Name", "ScheduleExpression", "State", "Targets"], {
    Description: TAGS,
  }),
  "AWS::IAM::Role": accepted("IAM is not enforced here"),
  "AWS::IAM::Policy": accepted("IAM is not enforced here"),
  "AWS::IAM::ManagedPolicy": accepted("IAM is not enforced here"),
  "AWS::Lambda::Permission": accepted("IAM is not enforced here"),
  "AWS::SNS::TopicPolicy": accepted(NO_POLICIES),
  "AWS::SQS::QueuePolicy": accepted(NO_POLICIES),
  "AWS::Logs::LogGroup": accepted("logs go to one file a function"),
  "AWS::CloudWatch::Alarm": created(
    [
      ...ALARM,
      "MetricName",
      "Namespace",
      "Dimensions",
      "Statistic",
      "Period",
      "Metrics",
      "EvaluationPeriods",
      "DatapointsToAlarm",
      "Threshold",
      "ComparisonOperator",
      "TreatMissingData",
    ],
    { WarmUpConfiguration: "an alarm on missing data waits for its own periods here" },
  ),
  "AWS::CloudWatch::CompositeAlarm": created([...ALARM, "AlarmRule"], {}),
  "AWS::CloudWatch::Dashboard": accepted("the console of the tools shows the same"),
  "AWS::CDK::Metadata": accepted("counts constructs for AWS"),
};

/** The type's entry, after checking that the resource asks for nothing it does not know. */
export const resourceTypeOf = (logicalId: string, resource: Resource): ResourceType => {
  const type = RESOURCE_TYPES[resource.Type];
  if (!type)
    throw new TemplateError(
      logicalId,
      `the embedded runtime does not know ${resource.Type}; add it to local/resource-types.ts, ` +
        "with what it does on one machine",
    );
  if (type.mode === "accepted") return type;
  if (resource.Condition)
    throw new TemplateError(
      logicalId,
      `has the condition ${resource.Condition}; decide it at synth`,
    );
  for (const property of Object.keys(resource.Properties ?? {}))
    if (!type.applied.includes(property) && !(property in type.ignored))
      throw new TemplateError(
        logicalId,
        `the embedded runtime does not know the property ${property} of ${resource.Type}; ` +
          "apply it, or list it in local/resource-types.ts with the reason to ignore it",
      );
  return type;
};

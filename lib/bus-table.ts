import {
  type Attribute,
  AttributeType,
  BillingMode,
  type StreamViewType,
  Table,
} from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { acknowledgeRule } from "./acknowledged-rules.ts";
import { removalPolicies } from "./removal-policies.ts";
import type { StageSettings } from "./stage-settings.ts";

export const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });
export const number = (name: string): Attribute => ({ name, type: AttributeType.NUMBER });

export type BusTableProps = {
  readonly settings: StageSettings;
  readonly partitionKey: string;
  readonly sortKey?: string | undefined;
  /** Holds epoch seconds. */
  readonly timeToLiveAttribute?: string;
  readonly stream?: StreamViewType;
};

/** A table on demand, encrypted as every DynamoDB table is, kept or destroyed as the stage says. */
export const busTable = (scope: Construct, id: string, props: BusTableProps): Table => {
  const { settings, partitionKey, sortKey, timeToLiveAttribute, stream } = props;
  const keep = settings.protectData === "keep";
  const table = new Table(scope, id, {
    partitionKey: text(partitionKey),
    ...(sortKey === undefined ? {} : { sortKey: text(sortKey) }),
    ...(timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute }),
    ...(stream === undefined ? {} : { stream }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: keep },
    deletionProtection: keep,
    removalPolicy: removalPolicies(settings).table,
  });
  if (!keep) acknowledgeRule(table, "AwsSolutions-DDB3");
  return table;
};

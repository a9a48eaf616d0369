/**
 * The rules of the security checks (cdk-nag, AwsSolutions) that we depart from, each with its
 * reason. They are acknowledged on single resources, so that a new one is checked like any other.
 */
import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

const REASONS = {
  "AwsSolutions-SQS3":
    "This queue is a dead-letter queue itself, of a subscription or of the relay; the rule knows " +
    "only those of other queues.",
  "AwsSolutions-DDB3":
    "This stage's tables are deleted with it, so nobody restores them to a point in time.",
} as const;

export const acknowledgeRule = (construct: IConstruct, rule: keyof typeof REASONS): void =>
  Validations.of(construct).acknowledge({ id: `AwsSolutions::${rule}`, reason: REASONS[rule] });

import { RemovalPolicy } from "aws-cdk-lib";
import type { StageSettings } from "./stage-settings.ts";

/**
 * What CloudFormation does with what holds data, once it has left the template, was replaced, or
 * goes with its stack. Not the topic: each of its events is in the orders table, too.
 */
export const removalPolicies = ({ protectData }: Pick<StageSettings, "protectData">) =>
  protectData === "destroy"
    ? {
        table: RemovalPolicy.DESTROY,
        queue: RemovalPolicy.DESTROY,
        logGroup: RemovalPolicy.DESTROY,
      }
    : {
        // A rollback could not delete a new table anyway, since it is protected.
        table: RemovalPolicy.RETAIN,
        // But a rollback may take a new queue away: what came into it is in the orders table, and
        // its name would be in the way of the next try.
        queue: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        logGroup: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      };

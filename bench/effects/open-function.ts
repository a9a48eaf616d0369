/** A consumer's function as its execution environment holds it: made once, with clients of its own. */
import { consumerFunction } from "../../lambdas/aws/consumer-function.ts";
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { defaultFailureRules } from "../../lib/default-failure-rules.ts";
import * as fraudPeer from "./peers/fraud.ts";
import { inventory as inventoryPeer } from "./peers/inventory.ts";
import { loyalty as loyaltyPeer } from "./peers/loyalty.ts";
import { markerConsumer } from "./peers/marker-consumer.ts";
import type { PlainEffect } from "./peers/plain-effect.ts";
import { powertoolsConsumer } from "./peers/powertools-consumer.ts";
import { recommendation as recommendationPeer } from "./peers/recommendation.ts";
import { warehouse as warehousePeer } from "./peers/warehouse.ts";
import {
  type ConsumerName,
  type EnvironmentSpec,
  INITIAL_STOCK,
  type QueueFunction,
} from "./sides.ts";

const OURS = { inventory, loyalty, recommendation, warehouse, fraud } as unknown as Readonly<
  Record<ConsumerName, Consumer>
>;

const PLAIN: Readonly<Record<ConsumerName, PlainEffect>> = {
  inventory: inventoryPeer,
  loyalty: loyaltyPeer,
  recommendation: recommendationPeer,
  warehouse: warehousePeer,
  fraud: fraudPeer.fraud,
};
const POWERTOOLS = { ...PLAIN, fraud: fraudPeer.countedFraud };

export type Endpoints = { readonly dynamoUrl: string; readonly sqsUrl: string };

/** What the stack and Lambda put into a function's environment. */
export const functionEnvironment = (
  { consumer, tables }: EnvironmentSpec,
  { dynamoUrl, sqsUrl }: Endpoints,
): Readonly<Record<string, string>> => {
  const { stock, points, bought, together, facts, velocity } = tables;
  return {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl,
    AWS_ENDPOINT_URL_SQS: sqsUrl,
    AWS_LAMBDA_FUNCTION_NAME: consumer,
    POWERTOOLS_SERVICE_NAME: consumer,
    POWERTOOLS_METRICS_NAMESPACE: "OrderEventBus",
    CONSUMER: consumer,
    GENERATION: "1",
    DEDUP_TABLE: tables.dedup,
    DATA_TABLES: JSON.stringify({ stock, points, bought, together, facts, velocity }),
    QUEUE_URL: `${sqsUrl}/000000000000/${consumer}.fifo`,
    FAILURE_RULES: JSON.stringify(defaultFailureRules),
    CONSUMER_SETTINGS: JSON.stringify({ initialStock: INITIAL_STOCK }),
  };
};

/** Its clients take the endpoints from the environment, at their first call. */
export const openFunction = ({ side, consumer, tables }: EnvironmentSpec): QueueFunction => {
  const { handles } = OURS[consumer];
  const powertools = { tables, effect: POWERTOOLS[consumer], admits: EVENT_TYPES };
  switch (side) {
    case "ours":
      return consumerFunction(OURS[consumer]);
    case "powertools":
      return powertoolsConsumer({ ...powertools, severalWrites: "in one transaction" });
    case "powertools-picky":
      return powertoolsConsumer({
        ...powertools,
        ...{ severalWrites: "in one transaction", admits: handles },
      });
    case "powertools-single":
      return powertoolsConsumer({ ...powertools, severalWrites: "side by side" });
    case "marker":
      return markerConsumer({ consumer, tables, effect: PLAIN[consumer], admits: handles });
  }
};

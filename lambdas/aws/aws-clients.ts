import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Without these a lost connection would take the whole invocation with it. */
const requestHandler = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  throwOnRequestTimeout: true,
};
/**
 * With two tries a call that nobody answers takes under 5 s; what waits for it counts on that. The
 * other mode of retries also delays first tries.
 */
const limits = { requestHandler, maxAttempts: 2, retryMode: "standard" };

export const dynamoClient = (): DynamoDBClient => new DynamoDBClient(limits);

export const snsClient = (): SNSClient => new SNSClient(limits);

/** Without the flag the client prefers the host in the queue URL to a configured endpoint (8.12). */
export const sqsClient = (): SQSClient =>
  new SQSClient({ ...limits, useQueueUrlAsEndpoint: false });

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Without these a lost connection would take the whole invocation with it. */
const requestHandler = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
};

export const dynamoClient = (): DynamoDBClient => new DynamoDBClient({ requestHandler });

export const snsClient = (): SNSClient => new SNSClient({ requestHandler });

/** Without the flag the client prefers the host in the queue URL to a configured endpoint (8.12). */
export const sqsClient = (): SQSClient =>
  new SQSClient({ requestHandler, useQueueUrlAsEndpoint: false });

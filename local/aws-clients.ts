/** The runtime's own clients of the emulators, or of whatever endpoints it was given. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";

/** By the names that every AWS SDK reads, so that a tool can take them over as they are. */
export type Endpoints = {
  readonly AWS_ENDPOINT_URL_DYNAMODB: string;
  readonly AWS_ENDPOINT_URL_SNS: string;
  readonly AWS_ENDPOINT_URL_SQS: string;
};

export type AwsClients = {
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly destroy: () => void;
};

export const REGION = "us-east-1";
export const ACCOUNT = "000000000000";
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export const createAwsClients = (endpoints: Endpoints): AwsClients => {
  const common = { region: REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 3 };
  const dynamo = { ...common, endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB };
  const clients = {
    dynamodb: new DynamoDBClient(dynamo),
    streams: new DynamoDBStreamsClient(dynamo),
    sns: new SNSClient({ ...common, endpoint: endpoints.AWS_ENDPOINT_URL_SNS }),
    sqs: new SQSClient({
      ...common,
      endpoint: endpoints.AWS_ENDPOINT_URL_SQS,
      // The client would else prefer the host in the queue URL, which may be an old port (8.12).
      useQueueUrlAsEndpoint: false,
    }),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};

import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { regionOf, type StageEndpoints, type StageOutputs } from "./stage-outputs.ts";

/** One stage, as the tools see it. */
export type Stage = {
  readonly outputs: StageOutputs;
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  /** The consumers' functions, and their event source mappings. */
  readonly lambda: LambdaClient;
  readonly cloudwatch: CloudWatchClient;
};

/** An emulator checks no credentials, but the SDK wants some. */
const EMULATOR_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** Longer than any function may run: a call of one that is cut off would run on unseen. */
const FUNCTION_CALL_MS = 16 * 60_000;
/** A function at its limit of concurrency answers 429; the client waits longer each time. */
const FUNCTION_CALL_ATTEMPTS = 10;
/** A topic throttles for a while when much comes at once (1.3). */
const PUBLISH_ATTEMPTS = 8;

/** A stage on this machine must never be taken for one on AWS because its outputs are of an older version. */
const onlyAt = (endpoints: StageEndpoints | undefined, name: keyof StageEndpoints) => {
  if (endpoints === undefined) return {};
  const endpoint = endpoints[name];
  if (endpoint !== undefined) return { endpoint };
  const missing = new Error(`the stage's outputs have no ${name}; start its bus again`);
  return { endpoint: () => Promise.reject(missing) };
};

/**
 * The region is the topic's, so that a tool with an outputs file needs no setting of its own. What
 * the outputs say of endpoints and credentials goes before the environment, which may be another's.
 */
export const connectToStage = (outputs: StageOutputs): Stage & { readonly close: () => void } => {
  const region = regionOf(outputs);
  const { endpoints } = outputs;
  const common = {
    region,
    ...(endpoints === undefined ? {} : { credentials: EMULATOR_CREDENTIALS }),
  };
  const at = (endpoint: string | undefined) => (endpoint === undefined ? {} : { endpoint });
  const clients = {
    dynamo: new DynamoDBClient({ ...common, ...at(endpoints?.AWS_ENDPOINT_URL_DYNAMODB) }),
    sqs: new SQSClient({
      ...common,
      ...at(endpoints?.AWS_ENDPOINT_URL_SQS),
      // The client would else prefer the host in the queue URL to the endpoint (8.12).
      useQueueUrlAsEndpoint: false,
    }),
    sns: new SNSClient({
      ...common,
      ...at(endpoints?.AWS_ENDPOINT_URL_SNS),
      maxAttempts: PUBLISH_ATTEMPTS,
    }),
    lambda: new LambdaClient({
      ...common,
      ...onlyAt(endpoints, "AWS_ENDPOINT_URL_LAMBDA"),
      maxAttempts: FUNCTION_CALL_ATTEMPTS,
      requestHandler: { requestTimeout: FUNCTION_CALL_MS },
    }),
    cloudwatch: new CloudWatchClient({
      ...common,
      ...onlyAt(endpoints, "AWS_ENDPOINT_URL_CLOUDWATCH"),
    }),
  };
  const close = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { outputs, ...clients, close };
};

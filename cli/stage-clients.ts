import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { regionOf, type StageOutputs } from "./stage-outputs.ts";

/** One stage, as the tools see it. */
export type Stage = {
  readonly outputs: StageOutputs;
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
};

/** An emulator checks no credentials, but the SDK wants some. */
const EMULATOR_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

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
  const dynamo = new DynamoDBClient({ ...common, ...at(endpoints?.AWS_ENDPOINT_URL_DYNAMODB) });
  const sqs = new SQSClient({
    ...common,
    ...at(endpoints?.AWS_ENDPOINT_URL_SQS),
    // The client would else prefer the host in the queue URL to the endpoint (8.12).
    useQueueUrlAsEndpoint: false,
  });
  const close = () => {
    dynamo.destroy();
    sqs.destroy();
  };
  return { outputs, dynamo, sqs, close };
};

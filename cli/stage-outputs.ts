import * as v from "valibot";
import { usageError } from "./usage-error.ts";

const text = v.pipe(v.string(), v.minLength(1));
const url = v.pipe(v.string(), v.url("a URL"));

const whole = v.pipe(v.string(), v.toNumber(), v.safeInteger(), v.minValue(0));

const consumerSchema = v.object({
  /** The key of its rows in the dedup table. */
  name: text,
  /** The types of events that it handles; every type where the stage does not say. */
  handles: v.optional(v.array(text)),
  queueUrl: url,
  deadLetterQueueUrl: url,
  subscriptionDeadLetterQueueUrl: url,
  functionName: text,
  mappingId: text,
  /** Physical names by the consumer's own names for them. */
  tables: v.record(v.string(), text),
});

/** The outputs of the stack, by the names that it gives them. */
export const stackOutputsSchema = v.object({
  /** Not of a bus before a table of the user's own, whose code takes the orders. */
  ApiUrl: v.optional(url),
  ApiFunction: v.optional(text),
  OrdersTable: text,
  /** Only of such a bus: the attribute that holds an item's order. */
  OutboxAttribute: v.optional(text),
  DedupTable: text,
  TopicArn: v.pipe(v.string(), v.regex(/^arn:[^:]+:sns:[^:]+:/, "the ARN of an SNS topic")),
  /** One message an event that the relay could never send. */
  ParkingQueueUrl: v.optional(url),
  /** Its event source mapping reads the orders table's stream. */
  RelayFunction: v.optional(text),
  RelayMappingId: v.optional(text),
  /** 0: orders are kept for ever. A stage that was deployed before tells neither of the two. */
  RetainDays: v.optional(whole),
  /** The longest time between two attempts. */
  BackoffCapSeconds: v.optional(whole),
  Consumers: v.pipe(
    v.string(),
    v.parseJson(undefined, "a JSON list"),
    v.array(consumerSchema, "a JSON list"),
    v.minLength(1, "at least one consumer"),
  ),
});

/** By the names that every AWS SDK reads. */
export const endpointsSchema = v.object({
  AWS_ENDPOINT_URL_DYNAMODB: v.optional(url),
  AWS_ENDPOINT_URL_SQS: v.optional(url),
  AWS_ENDPOINT_URL_SNS: v.optional(url),
  AWS_ENDPOINT_URL_LAMBDA: v.optional(url),
  AWS_ENDPOINT_URL_CLOUDWATCH: v.optional(url),
});

export type StackOutputs = v.InferOutput<typeof stackOutputsSchema>;
export type ConsumerOutput = v.InferOutput<typeof consumerSchema>;
export type StageEndpoints = v.InferOutput<typeof endpointsSchema>;

/** How the tools find the parts of one deployed stage. */
export type StageOutputs = StackOutputs & {
  readonly stackName: string;
  /** Only of a bus that is not on AWS. */
  readonly endpoints?: StageEndpoints;
};

/** Where the stage is, as its topic's ARN tells. */
export const regionOf = ({ TopicArn }: StageOutputs): string =>
  TopicArn.split(":")[3] ?? "us-east-1";

/** By its key, such as `inventory@2`, or by its name: then the newest generation, which counts. */
export const consumerNamed = (outputs: StageOutputs, name: string): ConsumerOutput => {
  const generation = (key: string) => Number(key.split("@")[1] ?? 1);
  const isNamed = ({ name: key }: ConsumerOutput) =>
    name.includes("@") ? key === name : key.split("@")[0] === name;
  const found = outputs.Consumers.filter(isNamed)
    .sort((a, b) => generation(a.name) - generation(b.name))
    .at(-1);
  if (found !== undefined) return found;
  const known = outputs.Consumers.map((consumer) => consumer.name).join(", ");
  throw usageError(`${outputs.stackName} has no consumer ${name}; it has ${known}`);
};

/** What a template says of its functions, their URLs and their event source mappings. */
import { readdirSync } from "node:fs";
import { ACCOUNT, type Endpoints, LOCAL_CREDENTIALS, REGION } from "./aws-clients.ts";
import type { CloudAssembly } from "./cloud-assembly.ts";
import type { FunctionDefinition } from "./function-environment.ts";
import {
  flag,
  has,
  list,
  type Properties,
  record,
  text,
  wholeNumber,
} from "./resource-properties.ts";
import { isObject, TemplateError } from "./template.ts";

export type DeployedFunction = FunctionDefinition & {
  /** Undefined: not limited by the template. */
  readonly reservedConcurrency: number | undefined;
};

export type MappingSettings = {
  readonly id: string;
  readonly functionName: string;
  readonly sourceArn: string;
  readonly batchSize: number;
  readonly enabled: boolean;
  readonly reportsItemFailures: boolean;
  readonly bisects: boolean;
  readonly maximumConcurrency: number | undefined;
};

export const functionArn = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

export const functionNameOf = (nameOrArn: string): string => nameOrArn.split(":")[6] ?? nameOrArn;

/** What Lambda itself sets, and where the SDK finds the emulators. Nothing of this process's own. */
const lambdaEnvironment = (name: string, properties: Properties, taskRoot: string) => ({
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  AWS_EXECUTION_ENV: `AWS_Lambda_${text(properties, "Runtime")}`,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(wholeNumber(properties, "MemorySize", 128)),
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_FORMAT: "JSON",
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: "local",
  _HANDLER: text(properties, "Handler"),
  LAMBDA_TASK_ROOT: taskRoot,
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
  PATH: "/usr/local/bin:/usr/bin:/bin",
});

const taskRootOf = (properties: Properties, assembly: CloudAssembly): string => {
  const code = record(properties, "Code", ["S3Bucket", "S3Key"]);
  const folder = assembly.assetFolder(String(code.S3Key));
  if (!folder || readdirSync(folder).length === 0)
    throw new TemplateError(
      properties.logicalId,
      `the assembly has no asset ${JSON.stringify(code.S3Key)}; code must be bundled at synth`,
    );
  return folder;
};

export const deployedFunction = (
  name: string,
  properties: Properties,
  { assembly, endpoints }: { readonly assembly: CloudAssembly; readonly endpoints: Endpoints },
): DeployedFunction => {
  const runtime = text(properties, "Runtime");
  if (!runtime.startsWith("nodejs"))
    throw new TemplateError(properties.logicalId, `Runtime ${runtime}: only nodejs… can run here`);
  const { Variables = {} } = record(properties, "Environment", ["Variables"]);
  const own = isObject(Variables) ? Object.entries(Variables) : [];
  const taskRoot = taskRootOf(properties, assembly);
  return {
    name,
    arn: functionArn(name),
    taskRoot,
    handler: text(properties, "Handler"),
    timeoutSeconds: wholeNumber(properties, "Timeout", 3),
    memoryMegabytes: wholeNumber(properties, "MemorySize", 128),
    environment: {
      ...lambdaEnvironment(name, properties, taskRoot),
      ...endpoints,
      ...Object.fromEntries(own.map(([key, value]) => [key, String(value)])),
    },
    reservedConcurrency: has(properties, "ReservedConcurrentExecutions")
      ? wholeNumber(properties, "ReservedConcurrentExecutions", 0)
      : undefined,
  };
};

const mustBe = (properties: Properties, name: string, allowed: number | string) => {
  const value = properties.values[name];
  if (value !== undefined && value !== allowed)
    throw new TemplateError(
      properties.logicalId,
      `${name} is ${JSON.stringify(value)}; the embedded runtime does only ${allowed}`,
    );
};

export const mappingSettings = (id: string, properties: Properties): MappingSettings => {
  mustBe(properties, "StartingPosition", "TRIM_HORIZON");
  // Giving up would need the failure destination, and a bus must not give up (4.8).
  mustBe(properties, "MaximumRetryAttempts", -1);
  mustBe(properties, "MaximumRecordAgeInSeconds", -1);
  const responses = list(properties, "FunctionResponseTypes");
  const scaling = record(properties, "ScalingConfig", ["MaximumConcurrency"]);
  const isStream = text(properties, "EventSourceArn").includes(":dynamodb:");
  return {
    id,
    functionName: functionNameOf(text(properties, "FunctionName")),
    sourceArn: text(properties, "EventSourceArn"),
    batchSize: wholeNumber(properties, "BatchSize", isStream ? 100 : 10),
    enabled: flag(properties, "Enabled", "on"),
    reportsItemFailures: responses.includes("ReportBatchItemFailures"),
    bisects: flag(properties, "BisectBatchOnFunctionError", "off"),
    maximumConcurrency:
      scaling.MaximumConcurrency === undefined ? undefined : Number(scaling.MaximumConcurrency),
  };
};

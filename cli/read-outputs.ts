/** Finds a deployed stage: by its stack in CloudFormation, or by a file of the stack's outputs. */
import { readFile } from "node:fs/promises";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import * as v from "valibot";
import { endpointsSchema, type StageOutputs, stackOutputsSchema } from "./stage-outputs.ts";

export type OutputsSource = {
  readonly stage?: string;
  /** As `cdk deploy --outputs-file` writes it. */
  readonly outputsFile?: string;
};

export const DEFAULT_STAGE = "dev";
const STACK_PREFIX = "OrderEventBus-";

type Found = {
  readonly stackName: string;
  readonly outputs: unknown;
  readonly endpoints?: unknown;
  /** For messages. */
  readonly from: string;
};

const validate = ({ stackName, outputs, endpoints, from }: Found): StageOutputs => {
  const result = v.safeParse(stackOutputsSchema, outputs);
  const located = v.safeParse(v.optional(endpointsSchema), endpoints);
  const issues = [...(result.issues ?? []), ...(located.issues ?? [])];
  if (result.success && located.success) {
    const { output } = located;
    return { stackName, ...result.output, ...(output === undefined ? {} : { endpoints: output }) };
  }
  const faults = issues.map((issue) => {
    const name = v.getDotPath(issue) ?? "outputs";
    if (issue.received === "undefined") return `${name} is missing`;
    return `${name} is ${issue.received}, not ${issue.expected ?? issue.message}`;
  });
  throw new Error(
    `${stackName} in ${from}: ${faults.join("; ")}. Deploy this version of the stack again.`,
  );
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const readOutputsFile = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `cannot read the outputs file ${file} (${error.code}); write it with ` +
        `cdk deploy --outputs-file ${file}, or name a stage with --stage`,
    );
  });
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw new Error(`the outputs file ${file} is no JSON object; write it with cdk deploy again`);
};

const findInFile = async (file: string, stage: string | undefined): Promise<Found> => {
  const parsed = await readOutputsFile(file);
  const stacks = Object.keys(parsed).filter((key) => key.startsWith(STACK_PREFIX));
  const wanted = stage === undefined && stacks.length === 1 ? stacks[0] : undefined;
  const stackName = wanted ?? `${STACK_PREFIX}${stage ?? DEFAULT_STAGE}`;
  if (!(stackName in parsed)) {
    const known = stacks.join(", ") || "no stack of this application";
    throw new Error(`the outputs file ${file} has no ${stackName}; it has ${known}`);
  }
  return { stackName, outputs: parsed[stackName], endpoints: parsed.endpoints, from: file };
};

const findInCloudFormation = async (stage: string): Promise<Found> => {
  const stackName = `${STACK_PREFIX}${stage}`;
  const client = new CloudFormationClient({});
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const entries = (Stacks[0]?.Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue]);
    return { stackName, outputs: Object.fromEntries(entries), from: "CloudFormation" };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "", message: "" };
    const absent = name === "ValidationError" && message.includes("does not exist");
    const fix = absent
      ? `deploy it with: cdk deploy -c stage=${stage}`
      : "check the credentials and the region";
    throw new Error(
      `cannot find the stack ${stackName} (${absent ? "it does not exist" : `${name}: ${message}`})` +
        `; ${fix}, or give the stack's outputs with --outputs FILE`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
};

export const readOutputs = async ({ stage, outputsFile }: OutputsSource): Promise<StageOutputs> =>
  validate(
    outputsFile === undefined
      ? await findInCloudFormation(stage ?? DEFAULT_STAGE)
      : await findInFile(outputsFile, stage),
  );

/**
 * Makes a template's resources real: tables, topics and queues in the emulators, functions, URLs
 * and mappings as descriptions for the runtime. All names follow from the template, so a second
 * run finds what the first one made.
 */
import {
  type AlarmDefinition,
  alarmDefinition,
  compositeAlarm,
} from "./alarms/alarm-definition.ts";
import { metricAlarm } from "./alarms/metric-alarm.ts";
import type { AwsClients, Endpoints } from "./aws-clients.ts";
import { ACCOUNT, REGION } from "./aws-clients.ts";
import type { CloudAssembly } from "./cloud-assembly.ts";
import { createQueue } from "./create-queue.ts";
import { createTable } from "./create-table.ts";
import { createSubscription, createTopic, endOtherSubscriptions } from "./create-topic.ts";
import { creationOrder } from "./creation-order.ts";
import {
  type DeployedFunction,
  deployedFunction,
  functionNameOf,
  type MappingSettings,
  mappingSettings,
} from "./function-definition.ts";
import { resolveIntrinsics, type Scope } from "./intrinsics.ts";
import { deterministicUuid, physicalName } from "./physical-name.ts";
import { flag, optionalText, type Properties, text } from "./resource-properties.ts";
import { resourceTypeOf } from "./resource-types.ts";
import { ruleSchedules } from "./rule-schedules.ts";
import type { ScheduleSettings } from "./schedule.ts";
import { type JsonObject, TemplateError } from "./template.ts";

export type DeployedUrl = { readonly functionName: string; readonly port: number };

export type DeployedStack = {
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly mappings: readonly MappingSettings[];
  readonly urls: readonly DeployedUrl[];
  readonly schedules: readonly ScheduleSettings[];
  readonly queueUrls: ReadonlyMap<string, string>;
  readonly alarms: readonly AlarmDefinition[];
  readonly outputs: Readonly<Record<string, string>>;
};

export type Creation = {
  readonly assembly: CloudAssembly;
  readonly clients: AwsClients;
  readonly endpoints: Endpoints;
  readonly urlPort: (logicalId: string) => Promise<number>;
};

/** What Ref gives, and what Fn::GetAtt gives by name. */
type Physical = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

type Progress = {
  readonly functions: Map<string, DeployedFunction>;
  readonly mappings: MappingSettings[];
  readonly urls: DeployedUrl[];
  readonly schedules: ScheduleSettings[];
  readonly alarms: AlarmDefinition[];
  readonly queueUrls: Map<string, string>;
  readonly topics: string[];
  readonly subscriptions: Set<string>;
};

type Creator = (
  properties: Properties,
  creation: Creation,
  progress: Progress,
) => Promise<Physical>;

const named = (
  { logicalId, ...rest }: Properties,
  { assembly }: Creation,
  limits: { readonly property: string; readonly maxLength: number; readonly suffix?: string },
) =>
  optionalText({ logicalId, ...rest }, limits.property) ??
  physicalName(assembly.stackName, logicalId, limits);

const FIFO = { suffix: ".fifo" };

const createAlarm = (
  properties: Properties,
  creation: Creation,
  { alarms }: Progress,
  read: (properties: Properties) => AlarmDefinition["watch"],
): Physical => {
  const name = named(properties, creation, { property: "AlarmName", maxLength: 255 });
  const arn = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
  alarms.push(alarmDefinition(properties, { name, arn }, read(properties)));
  return { ref: name, attributes: { Arn: arn } };
};

const CREATORS: Readonly<Record<string, Creator>> = {
  "AWS::DynamoDB::Table": async (properties, creation) => {
    const name = named(properties, creation, { property: "TableName", maxLength: 255 });
    const table = await createTable(creation.clients.dynamodb, name, properties);
    const { TableArn = "", LatestStreamArn } = table;
    const stream = LatestStreamArn ? { StreamArn: LatestStreamArn } : {};
    return { ref: name, attributes: { Arn: TableArn, ...stream } };
  },
  "AWS::SQS::Queue": async (properties, creation, { queueUrls }) => {
    const suffix = flag(properties, "FifoQueue", "off") ? FIFO : {};
    const limits = { property: "QueueName", maxLength: 80, ...suffix };
    const name = named(properties, creation, limits);
    const { url, arn } = await createQueue(creation.clients.sqs, name, properties);
    queueUrls.set(arn, url);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  "AWS::SNS::Topic": async (properties, creation, { topics }) => {
    const suffix = flag(properties, "FifoTopic", "off") ? FIFO : {};
    const name = named(properties, creation, { property: "TopicName", maxLength: 256, ...suffix });
    const arn = await createTopic(creation.clients.sns, name, properties);
    // Of the events' topic alone: to the alarms anybody may subscribe.
    if (suffix === FIFO) topics.push(arn);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  "AWS::SNS::Subscription": async (properties, { clients }, { subscriptions }) => {
    const arn = await createSubscription(clients.sns, properties);
    if (arn) subscriptions.add(arn);
    return { ref: arn ?? properties.logicalId, attributes: {} };
  },
  "AWS::Lambda::Function": async (properties, creation, { functions }) => {
    const name = named(properties, creation, { property: "FunctionName", maxLength: 64 });
    const definition = deployedFunction(name, properties, creation);
    functions.set(name, definition);
    return { ref: name, attributes: { Arn: definition.arn } };
  },
  "AWS::Lambda::Url": async (properties, { urlPort }, { urls }) => {
    if ((properties.values.InvokeMode ?? "BUFFERED") !== "BUFFERED")
      throw new TemplateError(properties.logicalId, "InvokeMode: only BUFFERED runs here");
    const functionName = functionNameOf(text(properties, "TargetFunctionArn"));
    const port = await urlPort(properties.logicalId);
    urls.push({ functionName, port });
    const attributes = { FunctionUrl: `http://127.0.0.1:${port}/` };
    return { ref: text(properties, "TargetFunctionArn"), attributes };
  },
  "AWS::Lambda::EventSourceMapping": async (properties, { assembly }, { mappings }) => {
    const id = deterministicUuid(assembly.stackName, properties.logicalId);
    mappings.push(mappingSettings(id, properties));
    return { ref: id, attributes: { Id: id } };
  },
  "AWS::Events::Rule": async (properties, creation, { schedules }) => {
    const name = named(properties, creation, { property: "Name", maxLength: 64 });
    schedules.push(...ruleSchedules(properties));
    return { ref: name, attributes: { Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}` } };
  },
  "AWS::CloudWatch::Alarm": async (properties, creation, progress) =>
    createAlarm(properties, creation, progress, metricAlarm),
  "AWS::CloudWatch::CompositeAlarm": async (properties, creation, progress) =>
    createAlarm(properties, creation, progress, compositeAlarm),
};

/** A resource without effect here still has a name and an ARN that others may mention. */
const acceptedPhysical = (logicalId: string, stackName: string): Physical => {
  const ref = `${stackName}-${logicalId}`;
  return { ref, attributes: { Arn: `arn:aws:local:${REGION}:${ACCOUNT}:${ref}`, Id: ref } };
};

const pseudoParameters = (stackName: string): Readonly<Record<string, string>> => ({
  "AWS::Region": REGION,
  "AWS::AccountId": ACCOUNT,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackName": stackName,
  "AWS::StackId": `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stackName}/local`,
});

const scopeOf = (
  logicalId: string,
  made: ReadonlyMap<string, Physical>,
  stackName: string,
): Scope => ({
  logicalId,
  ref: (name) => made.get(name)?.ref ?? pseudoParameters(stackName)[name],
  attribute: (id, name) => made.get(id)?.attributes[name],
});

/** Fails on anything that the runtime does not know, before anything is created. */
export const checkTemplate = ({ template }: CloudAssembly): void => {
  for (const [logicalId, resource] of Object.entries(template.Resources))
    resourceTypeOf(logicalId, resource);
};

export const createResources = async (creation: Creation): Promise<DeployedStack> => {
  const { template, stackName } = creation.assembly;
  const made = new Map<string, Physical>();
  const progress: Progress = {
    functions: new Map(),
    mappings: [],
    urls: [],
    schedules: [],
    alarms: [],
    queueUrls: new Map(),
    topics: [],
    subscriptions: new Set(),
  };
  checkTemplate(creation.assembly);
  for (const logicalId of creationOrder(template)) {
    const { Type, Properties = {} } = template.Resources[logicalId] ?? { Type: "" };
    const creator = CREATORS[Type];
    if (!creator) {
      made.set(logicalId, acceptedPhysical(logicalId, stackName));
      continue;
    }
    const scope = scopeOf(logicalId, made, stackName);
    const values = resolveIntrinsics(Properties, scope) as JsonObject;
    made.set(logicalId, await creator({ logicalId, values }, creation, progress));
  }
  for (const topicArn of progress.topics)
    await endOtherSubscriptions(creation.clients.sns, topicArn, progress.subscriptions);
  const outputs: Record<string, string> = {};
  for (const [name, { Value }] of Object.entries(template.Outputs ?? {}))
    outputs[name] = String(resolveIntrinsics(Value, scopeOf(name, made, stackName)));
  const { functions, mappings, urls, schedules, queueUrls, alarms } = progress;
  return { functions, mappings, urls, schedules, queueUrls, alarms, outputs };
};

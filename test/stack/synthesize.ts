import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll } from "vitest";
import type { OrderEventBus } from "../../lib/order-event-bus.ts";
import { OrderEventBusStack } from "../../lib/order-event-bus-stack.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import { at, type Resource, readTemplate, type TemplateReader } from "../../lib/template-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "stack-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const cdkJson = readFileSync(join(import.meta.dirname, "../../cdk.json"), "utf8");
const context = (JSON.parse(cdkJson) as { context: Record<string, unknown> }).context;

export type Synthesis = {
  readonly stage?: string;
  readonly overrides?: unknown;
  /** By default nobody, which a stage other than dev has to say. */
  readonly alarmEmail?: string;
  /** What a user adds to the bus from outside. */
  readonly extend?: (bus: OrderEventBus) => void;
  /** With the functions' code, which takes seconds. */
  readonly bundled?: boolean;
};

export const synthesizeStack = (given: Synthesis = {}): OrderEventBusStack => {
  const { stage = "dev", overrides, extend, bundled = false } = given;
  const { alarmEmail = stage === "dev" ? undefined : "none" } = given;
  const bundling = bundled ? {} : { "aws:cdk:bundling-stacks": [] };
  const paths = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };
  const app = new App({
    outdir: mkdtempSync(join(folder, "cdk.out-")),
    context: { ...context, ...paths, ...bundling },
  });
  const settings = stageSettings({ stage, overrides, alarmEmail });
  const stack = new OrderEventBusStack(app, `OrderEventBus-${stage}`, { settings });
  extend?.(stack.bus);
  return stack;
};

/** The template of the whole stack, as CloudFormation would get it. */
export const synthesize = (given: Synthesis = {}): TemplateReader & { readonly json: unknown } => {
  const json: unknown = Template.fromStack(synthesizeStack(given)).toJSON();
  return { json, ...readTemplate(json) };
};

export const property = (resource: Resource | undefined, ...path: readonly string[]): unknown =>
  at(resource?.body, "Properties", ...path);

/** Follows a reference that must lead to a resource of the template. */
export const must = (template: TemplateReader, reference: unknown): Resource => {
  const resource = template.follow(reference);
  if (resource === undefined) throw new Error(`leads nowhere: ${JSON.stringify(reference)}`);
  return resource;
};

/** The event source mappings whose source is of a type, each with its source and its function. */
export const mappingsFrom = (template: TemplateReader, sourceType: string) =>
  template.ofType("AWS::Lambda::EventSourceMapping").flatMap((mapping) => {
    const source = must(template, property(mapping, "EventSourceArn"));
    const handler = must(template, property(mapping, "FunctionName"));
    return source.type === sourceType ? [{ mapping, source, handler }] : [];
  });

export const consumersOf = (template: TemplateReader) => mappingsFrom(template, "AWS::SQS::Queue");

/** The subscription of a consumer's queue. */
export const subscriptionOf = (template: TemplateReader, queue: Resource): Resource => {
  const all = template.ofType("AWS::SNS::Subscription");
  const own = all.filter((each) => template.follow(property(each, "Endpoint"))?.id === queue.id);
  const [subscription] = own;
  if (subscription === undefined || own.length > 1) throw new Error(`${own.length} subscriptions`);
  return subscription;
};

/** The dead-letter queue of a queue or of a subscription. */
export const deadLettersOf = (template: TemplateReader, from: Resource): Resource =>
  must(template, property(from, "RedrivePolicy", "deadLetterTargetArn"));

/** The value of a variable in a function's environment. */
export const variable = (handler: Resource, name: string): unknown =>
  property(handler, "Environment", "Variables", name);

type Part = string | { readonly Ref: string };

/** An output or variable as text, each reference as the id of what it names in angle brackets. */
export const flatten = (value: unknown): string => {
  if (typeof value === "string") return value;
  const join = at(value, "Fn::Join");
  if (Array.isArray(join)) return (join[1] as Part[]).map(flatten).join(String(join[0]));
  const attribute = at(value, "Fn::GetAtt");
  if (Array.isArray(attribute)) return `<${attribute[0]}>`;
  return `<${String(at(value, "Ref"))}>`;
};

type Statement = { Action: string | string[]; Resource: unknown };

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** What a function may do: an action and what it is allowed on, a line each. */
export const rightsOf = (template: TemplateReader, handler: Resource): string[] => {
  const role = must(template, property(handler, "Role")).id;
  return template
    .ofType("AWS::IAM::Policy")
    .filter((policy) => JSON.stringify(property(policy, "Roles")).includes(`"${role}"`))
    .flatMap((policy) => property(policy, "PolicyDocument", "Statement") as Statement[])
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((on) => `${action} ${flatten(on)}`)),
    )
    .toSorted();
};

/**
 * IAM's decision on one request, computed from the template: an explicit deny wins, then any allow
 * of the caller's role or of the resource's own policy, else it is denied. That is the rule within
 * one account; a caller from elsewhere needs the resource's policy, and has no role here anyway
 * (IAM User Guide, "Policy evaluation logic"). What the template does not use is not understood
 * here, and throws rather than passes.
 */
import { at, type Resource, type TemplateReader } from "../../lib/template-reader.ts";
import { must, property } from "../stack/synthesize.ts";

export type Caller =
  | { readonly kind: "role of"; readonly handler: Resource }
  /** An AWS service, acting for one of its resources. */
  | { readonly kind: "service"; readonly name: string; readonly source: string }
  /** Another account, or nobody at all. */
  | { readonly kind: "stranger" };

export type Attempt = {
  readonly caller: Caller;
  readonly action: string;
  /** The logical id of what is acted upon. */
  readonly on: string;
  readonly transport: "TLS" | "plain";
};

export type Decision = "allowed" | "not allowed" | "denied";

type Statement = {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const statements = (policy: Resource): readonly Statement[] =>
  property(policy, "PolicyDocument", "Statement") as Statement[];

/** The resource that a reference names; part of one, such as an index, counts as the whole. */
const idOf = (template: TemplateReader, reference: unknown): string => {
  const joined = at(reference, "Fn::Join");
  const whole = Array.isArray(joined) ? joined[1].find((part: unknown) => at(part)) : reference;
  return typeof whole === "string" ? whole : must(template, whole).id;
};

const matchesAction = ({ Action }: Statement, action: string): boolean =>
  list(Action).some((allowed) => {
    const text = String(allowed);
    return text.endsWith("*") ? action.startsWith(text.slice(0, -1)) : text === action;
  });

const matchesPrincipal = (principal: unknown, caller: Caller): boolean => {
  if (principal === "*" || at(principal, "AWS") === "*") return true;
  const service = at(principal, "Service");
  if (typeof service === "string") return caller.kind === "service" && caller.name === service;
  throw new Error(`a principal that is not understood: ${JSON.stringify(principal)}`);
};

const holds = (template: TemplateReader, statement: Statement, attempt: Attempt): boolean =>
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      const { caller, transport } = attempt;
      const test = `${operator} ${key}`;
      if (test === "Bool aws:SecureTransport") return (transport === "TLS") === (value === "true");
      if (caller.kind !== "service") return false;
      if (test === "ArnEquals aws:SourceArn") return idOf(template, value) === caller.source;
      if (test === "StringEquals aws:SourceAccount") {
        return (
          at(value, "Ref") === "AWS::AccountId" &&
          template.follow({ Ref: caller.source }) !== undefined
        );
      }
      throw new Error(`a condition that is not understood: ${test}`);
    }),
  );

const RESOURCE_POLICIES = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];

/** The statements that could speak of this caller: its role's, and those of resource policies. */
const about = (template: TemplateReader, caller: Caller): readonly Statement[] => {
  const own =
    caller.kind === "role of" ? must(template, property(caller.handler, "Role")).id : undefined;
  const identity = template
    .ofType("AWS::IAM::Policy")
    .filter((policy) =>
      list(property(policy, "Roles")).some((role) => must(template, role).id === own),
    );
  const resource = RESOURCE_POLICIES.flatMap(template.ofType)
    .flatMap(statements)
    .filter(({ Principal }) => matchesPrincipal(Principal, caller));
  return [...identity.flatMap(statements), ...resource];
};

export const decide = (template: TemplateReader, attempt: Attempt): Decision => {
  const effects = about(template, attempt.caller)
    .filter((statement) => matchesAction(statement, attempt.action))
    .filter(({ Resource }) => list(Resource).some((each) => idOf(template, each) === attempt.on))
    .filter((statement) => holds(template, statement, attempt))
    .map(({ Effect }) => Effect);
  if (effects.includes("Deny")) return "denied";
  return effects.includes("Allow") ? "allowed" : "not allowed";
};

/**
 * The settings of a stage: what may differ between a laptop, a test and production.
 *
 * Any of them can be given from outside as one JSON text, which is laid over the stage's defaults:
 *
 *     cdk deploy -c stage=dev -c settings='{"maxReceiveCount":20,"failureRules":{"attempts":3}}'
 *
 * A value out of its range, or a name that does not exist, is refused before anything is synthesized.
 */
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as v from "valibot";
import { admissionSchema, defaultAdmission } from "./admission-settings.ts";
import { defaultFailureRules } from "./default-failure-rules.ts";
import { oneOf, whole } from "./setting-kinds.ts";

const ADDRESS = `an address such as ops@shop.example, or "none"`;

const retentionDays = Object.values(RetentionDays).filter((days) => typeof days === "number");

const settingsSchema = v.strictObject({
  stage: v.pipe(
    v.string("a text"),
    v.regex(
      /^[a-z][a-z0-9-]{0,19}$/,
      "a lower-case letter, then lower-case letters, digits and hyphens, 20 in all",
    ),
  ),
  /** Handed to every consumer; what each value means is told in `lambdas/core/failure-rules.ts`. */
  failureRules: v.strictObject({
    attempts: whole(1, 1_000),
    failingSeconds: whole(0, 86_400),
    backoffBaseSeconds: whole(1, 3_600),
    backoffCapSeconds: whole(1, 43_200),
    bounceSeconds: whole(0, 900),
    budget: v.strictObject({
      capacity: whole(1, 1_000_000),
      appliedPerToken: whole(1, 1_000_000),
      tokensPerMinute: whole(1, 1_000_000),
      tokensPerHour: whole(0, 1_000_000),
    }),
    /** A finished order's item expires after so many days; 0 keeps orders for ever. */
    retainDays: whole(0, 36_500),
  }),
  maxReceiveCount: whole(1, 1_000),
  /** An outage in which no consumer can even start must be outlasted at least this long. */
  outageFloorSeconds: whole(0, 604_800),
  /** Of a consumer function. */
  timeoutSeconds: whole(1, 900),
  /** Of a consumer's queue; 6 times the timeout unless it is given. */
  visibilityTimeoutSeconds: v.optional(whole(1, 43_200)),
  /** The most invocations a consumer runs at a time: by its name, or "default". */
  maxConcurrency: v.objectWithRest({ default: whole(2, 1_000) }, whole(2, 1_000)),
  /** "reserved" sets as much of the account's concurrency aside for each consumer. */
  concurrency: oneOf(["reserved", "shared"]),
  /** Which lag of which consumers closes the shop for new orders, or "off". */
  admission: admissionSchema,
  /** Batches of one stream shard that the relay works on at a time. */
  relayParallelism: whole(1, 10),
  /** Numbers for the consumers' handlers; each handler takes those it knows. */
  consumerSettings: v.objectWithRest(
    { initialStock: whole(0, Number.MAX_SAFE_INTEGER) },
    v.number("a number"),
  ),
  logRetentionDays: v.picklist(retentionDays, `one of ${retentionDays.join(", ")}`),
  /** "keep": point-in-time recovery, deletion protection, and tables that outlive the stack. */
  protectData: oneOf(["keep", "destroy"]),
  alarmAfter: v.strictObject({
    queueAgeSeconds: whole(60, 1_209_600),
    iteratorAgeSeconds: whole(60, 43_200),
    /** Since an order's last event, which some consumer has neither applied nor given up. */
    orderBehindSeconds: whole(1, 86_400),
  }),
  /** "off" leaves out the composite and metric-math alarms, which not every emulator takes. */
  combinedAlarms: oneOf(["on", "off"]),
  /** Every alarm goes there; "none" where they are taken from the alarm topic in another way. */
  alarmEmail: v.optional(v.pipe(v.string(ADDRESS), v.regex(/^([^@\s]+@[^@\s]+|none)$/, ADDRESS))),
});

type ParsedSettings = v.InferOutput<typeof settingsSchema>;
export type StageSettings = ParsedSettings & { readonly visibilityTimeoutSeconds: number };

const everyStage = {
  failureRules: defaultFailureRules,
  maxReceiveCount: 60,
  outageFloorSeconds: 10_800,
  timeoutSeconds: 30,
  maxConcurrency: { default: 20 },
  admission: defaultAdmission,
  relayParallelism: 4,
  alarmAfter: { queueAgeSeconds: 900, iteratorAgeSeconds: 900, orderBehindSeconds: 1_800 },
  combinedAlarms: "on",
};

// A laptop's stage comes and goes, and sells whatever is ordered.
const devStage = {
  concurrency: "shared",
  consumerSettings: { initialStock: 1_000_000 },
  logRetentionDays: RetentionDays.ONE_WEEK,
  protectData: "destroy",
};

// Elsewhere a SKU has no stock until somebody says so: selling what is not there is worse.
const lastingStage = {
  concurrency: "reserved",
  consumerSettings: { initialStock: 0 },
  logRetentionDays: RetentionDays.THREE_MONTHS,
  protectData: "keep",
};

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const lay = (over: unknown, base: unknown): unknown => {
  if (!isTree(over) || !isTree(base)) return over;
  const merged = Object.entries(over).map(([name, value]) => [name, lay(value, base[name])]);
  return { ...base, ...Object.fromEntries(merged) };
};

const EXAMPLE = `-c settings='{"failureRules":{"attempts":3}}'`;

/** These come from contexts of their own. */
const OWN_CONTEXT: Readonly<Record<string, string>> = {
  stage: "-c stage=dev",
  alarmEmail: "-c alarmEmail=you@example.com",
  combinedAlarms: "-c combinedAlarms=off",
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const parseOverrides = (overrides: unknown): Tree => {
  if (overrides === undefined) return {};
  const parsed = typeof overrides === "string" ? parseJson(overrides) : overrides;
  if (isTree(parsed)) return parsed;
  throw new Error(`settings is ${JSON.stringify(overrides)}; allowed: a JSON object. ${EXAMPLE}`);
};

const valueAt = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (typeof value === "object" ? (value as Tree | null)?.[name] : undefined),
    tree,
  );

/** The setting as it could be said: with the value that the stage has by default. */
const exampleOf = (path: string, defaults: Tree): string => {
  const keys = path.split(".");
  const value = valueAt(defaults, keys);
  if (value === undefined) return EXAMPLE;
  const tree = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return `-c settings='${JSON.stringify(tree)}'`;
};

const complaint = (
  issue: v.BaseIssue<unknown>,
  { settings, defaults }: { readonly settings: Tree; readonly defaults: Tree },
): string => {
  const path = v.getDotPath(issue) ?? "";
  const got = JSON.stringify(valueAt(settings, path.split(".")));
  if (issue.expected === "never") {
    return `settings.${path} is ${got}, but there is no such setting; remove it, or see lib/stage-settings.ts for the names.`;
  }
  const fix = OWN_CONTEXT[path] ?? exampleOf(path, defaults);
  return `settings.${path} is ${got ?? "missing"}; allowed: ${issue.message}. Set it in lib/stage-settings.ts or like this: ${fix}`;
};

const nobodyToWake = (stage: string): string =>
  `settings.alarmEmail is missing; allowed in stage ${stage}, which keeps its data: ${ADDRESS}. Say who is told of dead letters before they expire: ${OWN_CONTEXT.alarmEmail}`;

const stageTwice = (stage: unknown): string =>
  `settings.stage is ${JSON.stringify(stage)}; allowed: not among the settings, since the stage decides what they are by default. Name it like this: ${OWN_CONTEXT.stage}`;

type Naming = { readonly path: string; readonly name: string; readonly value: unknown };

/** Where settings name consumers, and what they say there. */
const namings = ({ maxConcurrency, admission }: StageSettings): Naming[] => {
  const under = (path: string, settings: object): Naming[] =>
    Object.entries(settings).map(([name, value]) => ({ path: `${path}.${name}`, name, value }));
  if (admission === "off") return under("maxConcurrency", maxConcurrency);
  const critical = admission.critical.map((name, index) => {
    return { path: `admission.critical.${index}`, name, value: name };
  });
  return [
    ...under("maxConcurrency", maxConcurrency),
    ...critical,
    ...under("admission.marks", admission.marks),
  ];
};

/** A misspelt name would otherwise leave the consumer at the default. */
export const unknownConsumers = (settings: StageSettings, names: readonly string[]): string[] =>
  namings(settings)
    .filter(({ path, name }) => !path.endsWith(".default") && !names.includes(name))
    .map(
      ({ path, value }) =>
        `settings.${path} is ${JSON.stringify(value)}, but there is no such consumer; allowed: default, ${names.join(", ")}. Correct the name.`,
    );

export const stageSettings = (given: {
  readonly stage: unknown;
  readonly overrides?: unknown;
  readonly alarmEmail?: unknown;
  readonly combinedAlarms?: unknown;
}): StageSettings => {
  const defaults = { ...everyStage, ...(given.stage === "dev" ? devStage : lastingStage) };
  const overrides = parseOverrides(given.overrides);
  if ("stage" in overrides) throw new Error(stageTwice(overrides.stage));
  const merged = {
    ...(lay(overrides, defaults) as Tree),
    stage: given.stage,
    ...(given.alarmEmail === undefined ? {} : { alarmEmail: given.alarmEmail }),
    ...(given.combinedAlarms === undefined ? {} : { combinedAlarms: given.combinedAlarms }),
  };
  const result = v.safeParse(settingsSchema, merged);
  if (!result.success) {
    throw new Error(
      result.issues.map((issue) => complaint(issue, { settings: merged, defaults })).join("\n"),
    );
  }
  const settings = result.output;
  if (settings.protectData === "keep" && settings.alarmEmail === undefined) {
    throw new Error(nobodyToWake(settings.stage));
  }
  // Lambda refuses less than the timeout, and AWS asks for 6 times it (3.6).
  const visibilityTimeoutSeconds = settings.visibilityTimeoutSeconds ?? 6 * settings.timeoutSeconds;
  return { ...settings, visibilityTimeoutSeconds };
};

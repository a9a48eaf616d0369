import { fault, isFifo, property } from "./fault.ts";
import {
  hours,
  type JudgementRules,
  leastMaxReceiveCount,
  outageBoundSeconds,
} from "./receive-margin.ts";
import type { Resource, TemplateReader } from "./template-reader.ts";

export type Limits = { readonly outageFloorSeconds: number };

/** What SQS and Lambda take when the template says nothing. */
const DEFAULT_SECONDS = { visibility: 30, timeout: 3 };

const seconds = (value: unknown, otherwise: number): number =>
  value === undefined ? otherwise : Number(value);

const visibilityOf = (queue: Resource): number =>
  seconds(property(queue, "VisibilityTimeout"), DEFAULT_SECONDS.visibility);

/** Only functions under our failure rules have any. */
const rulesOf = (handler: Resource | undefined): JudgementRules | undefined => {
  const text = property(handler, "Environment", "Variables", "FAILURE_RULES");
  return typeof text === "string" ? (JSON.parse(text) as JudgementRules) : undefined;
};

const marginFaults = (queue: Resource, rules: JudgementRules): string[] => {
  const max = Number(property(queue, "RedrivePolicy", "maxReceiveCount") ?? Number.NaN);
  if (Number.isNaN(max)) {
    return [
      fault(queue, {
        what: "the dead-letter queue",
        is: "missing",
        allowed: "a FIFO queue of its own",
        fix: "Name one as `deadLetterQueue`, or a dead event comes back until it expires.",
      }),
    ];
  }
  const least = leastMaxReceiveCount(rules);
  if (max >= least) return [];
  return [
    fault(queue, {
      what: "maxReceiveCount",
      is: max,
      allowed: `at least ${least} for ${rules.attempts} attempts over ${rules.failingSeconds} s`,
      fix: `Raise maxReceiveCount to ${least}, or lower failureRules.attempts or failureRules.failingSeconds: SQS must not move an event before it is decided dead.`,
    }),
  ];
};

const outageFaults = (queue: Resource, { outageFloorSeconds }: Limits): string[] => {
  const max = Number(property(queue, "RedrivePolicy", "maxReceiveCount"));
  const visibility = visibilityOf(queue);
  const bound = outageBoundSeconds(max, visibility);
  // Without a dead-letter queue it is not a number, and refused for that already.
  if (!(bound < outageFloorSeconds)) return [];
  const enough = Math.ceil(outageFloorSeconds / visibility);
  return [
    fault(queue, {
      what: `maxReceiveCount ${max} × visibility timeout ${visibility} s`,
      is: `${bound} s (${hours(bound)})`,
      allowed: `at least outageFloorSeconds, ${outageFloorSeconds} s (${hours(outageFloorSeconds)})`,
      fix: `Raise maxReceiveCount to ${enough}, or visibilityTimeoutSeconds: an outage in which functions cannot start dead-letters healthy events after that time. A stage for tests may lower outageFloorSeconds.`,
    }),
  ];
};

const visibilityFaults = (queue: Resource, handler: Resource | undefined): string[] => {
  const timeout = seconds(property(handler, "Timeout"), DEFAULT_SECONDS.timeout);
  const visibility = visibilityOf(queue);
  if (visibility >= 6 * timeout) return [];
  return [
    fault(queue, {
      what: "the visibility timeout",
      is: `${visibility} s`,
      allowed: `at least ${6 * timeout} s, 6 times the function's timeout of ${timeout} s`,
      fix: `Raise visibilityTimeoutSeconds to ${6 * timeout}${visibility < 6 ? "" : `, or lower timeoutSeconds to ${Math.floor(visibility / 6)}`}.`,
    }),
  ];
};

const filterFaults = (mapping: Resource): string[] => {
  const filter = property(mapping, "FilterCriteria");
  if (filter === undefined) return [];
  return [
    fault(mapping, {
      what: "the filter",
      is: JSON.stringify(filter),
      allowed: "none",
      fix: "Remove it: Lambda deletes what it filters out, and the order's next event finds a gap.",
    }),
  ];
};

const responseFaults = (mapping: Resource): string[] => {
  const responses = property(mapping, "FunctionResponseTypes") ?? [];
  if (Array.isArray(responses) && responses.includes("ReportBatchItemFailures")) return [];
  return [
    fault(mapping, {
      what: "the list of function response types",
      is: JSON.stringify(responses),
      allowed: `["ReportBatchItemFailures"]`,
      fix: "Set `reportBatchItemFailures: true`, or the failed events that a function reports are taken for done.",
    }),
  ];
};

const destinationFaults = (template: TemplateReader, mapping: Resource): string[] => {
  const destination = property(mapping, "DestinationConfig", "OnFailure", "Destination");
  if (destination === undefined || !isFifo(template, destination)) return [];
  return [
    fault(mapping, {
      what: "the failure destination",
      is: "FIFO",
      allowed: "a standard queue, a standard topic or a bucket",
      fix: "Name a queue without `fifo: true`: Lambda cannot deliver to this one.",
    }),
  ];
};

export const mappingFaults = (
  template: TemplateReader,
  mapping: Resource,
  limits: Limits,
): string[] => {
  const source = template.follow(property(mapping, "EventSourceArn"));
  const faults = [...responseFaults(mapping), ...destinationFaults(template, mapping)];
  if (source?.type !== "AWS::SQS::Queue") return faults;
  const handler = template.follow(property(mapping, "FunctionName"));
  const rules = rulesOf(handler);
  return [
    ...faults,
    ...filterFaults(mapping),
    ...visibilityFaults(source, handler),
    ...(rules === undefined
      ? []
      : [...marginFaults(source, rules), ...outageFaults(source, limits)]),
  ];
};

/** What one consumer lacks, once its rows are read: how much, and where it is. */
import { queueDepth } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import type { ConsumerAudit, Finding } from "./audit.ts";
import { isFault, type Missing } from "./find-event.ts";
import { eventsIn, type Tally } from "./tally-consumer.ts";
import { findExhausted, type Traced, type Tracing, traceMissing } from "./trace-missing.ts";

const SHOWN_ORDERS = 5;

type Located = {
  readonly exhausted: readonly Missing[];
  readonly behind: readonly Missing[];
  readonly findings: readonly Finding[];
  readonly strangers: number;
};

const toFinding = (consumer: string, { missing, where }: Traced): Finding[] => {
  const { orderId, next, version, lastEventAtMs } = missing;
  if (!isFault(where)) return [];
  return [{ consumer, orderId, next, version, lastEventAtMs, where, ignoredBy: [] }];
};

const locateAll = async (stage: Stage, tally: Tally, tracing: Tracing): Promise<Located> => {
  const { traced, strangers } = await traceMissing(
    stage,
    [...tally.parked, ...tally.short],
    tracing,
  );
  const exhausted = traced.filter(({ where }) => where === "receives exhausted");
  const behind = traced.filter(
    ({ missing, where }) => missing.standing !== "parked" && where !== "receives exhausted",
  );
  return {
    exhausted: exhausted.map(({ missing }) => missing),
    behind: behind.map(({ missing }) => missing),
    findings: traced.flatMap((each) => toFinding(tracing.consumer.name, each)),
    strangers,
  };
};

/** Only where it can matter: nothing waits, and more letters lie there than decisions tell of. */
const locateExhausted = async (
  stage: Stage,
  { short, parked }: Tally,
  { deadLetters, ...tracing }: Tracing & { readonly deadLetters: number },
): Promise<Located> => {
  const explained = tracing.waiting > 0 || deadLetters <= eventsIn(parked);
  const found =
    short.length === 0 || explained
      ? new Set<string>()
      : await findExhausted(stage, short, tracing);
  const isExhausted = ({ orderId }: Missing) => found.has(orderId);
  return {
    exhausted: short.filter(isExhausted),
    behind: short.filter((missing) => !isExhausted(missing)),
    findings: [],
    strangers: 0,
  };
};

type Looking = {
  readonly tally: Tally;
  /** A look into the dead-letter queues for each event, or only where the counts need it. */
  readonly find: "each event" | "what the counts need";
  readonly nowMs: number;
  readonly signal?: AbortSignal | undefined;
};

export type Judged = { readonly audit: ConsumerAudit; readonly findings: readonly Finding[] };

export const auditConsumer = async (
  stage: Stage,
  consumer: ConsumerOutput,
  { tally, find, nowMs, signal }: Looking,
): Promise<Judged> => {
  const { name, queueUrl, deadLetterQueueUrl } = consumer;
  // In this order: a message that moves in between is seen twice, never overlooked.
  const waiting = await queueDepth(stage.sqs, queueUrl);
  const deadLetters = await queueDepth(stage.sqs, deadLetterQueueUrl);
  const tracing = { consumer, waiting, nowMs, signal };
  const { exhausted, behind, findings, strangers } =
    find === "each event"
      ? await locateAll(stage, tally, tracing)
      : await locateExhausted(stage, tally, { ...tracing, deadLetters });
  const parkedEvents = eventsIn(tally.parked);
  const exhaustedEvents = eventsIn(exhausted);
  const letterless = Math.max(0, parkedEvents + exhaustedEvents - deadLetters);
  const followers = parkedEvents + exhaustedEvents - tally.parked.length - exhausted.length;
  const missing = Math.max(0, letterless - waiting);
  const audit: ConsumerAudit = {
    name,
    applied: tally.applied,
    behind: behind.length,
    behindOrders: behind.slice(0, SHOWN_ORDERS).map(({ orderId }) => orderId),
    young: tally.young,
    parkedOrders: tally.parked.length,
    parkedEvents,
    exhaustedOrders: exhausted.length,
    exhaustedEvents,
    waiting,
    deadLetters,
    missing,
    // A queue's messages are of whatever order, and letters of other orders count as well.
    unproven: strangers > 0 ? followers : letterless - missing,
  };
  return { audit, findings };
};

export const problemsOf = ({ audit, findings }: Judged): readonly string[] => {
  const { name, behind, behindOrders, parkedEvents, exhaustedEvents } = audit;
  const { waiting, deadLetters, missing } = audit;
  const gone = findings.filter(({ where }) => where === "expired").map(({ orderId }) => orderId);
  const letters =
    gone.length > 0
      ? `${name} has no dead letter any more of ${gone.length} orders that it decided dead, such as ${gone.slice(0, SHOWN_ORDERS).join(", ")}`
      : `${name} has ${parkedEvents + exhaustedEvents} parked events, but only ${deadLetters} dead letters ` +
        `and ${waiting} waiting messages`;
  return [
    ...(behind === 0
      ? []
      : [`${name} is behind on ${behind} orders, such as ${behindOrders.join(", ")}`]),
    ...(missing === 0 && gone.length === 0 ? [] : [letters]),
  ];
};

export const remarksOf = ({ audit }: Judged): readonly string[] => {
  const { name, parkedOrders, exhaustedOrders, unproven, deadLetters, waiting } = audit;
  if (unproven === 0) return [];
  return [
    `${name}: ${unproven} events of ${parkedOrders + exhaustedOrders} parked orders are not proven, ` +
      `with ${deadLetters} dead letters and ${waiting} waiting messages of whatever order`,
  ];
};

/**
 * Every way in which the bus can fail that somebody is told of. Each has alarms, and a section of
 * the runbook with this heading; what an alarm says ends with the way there.
 *
 * In `because`, `{subject}` is the part that fails and `{limit}` the number at which it rings.
 */
export type FailureMode = {
  /** The heading in the runbook. */
  readonly section: string;
  /** For the person who is woken: what has happened, and what is safe. */
  readonly because: string;
};

export const RUNBOOK = "docs/operations.md";

export const FAILURE_MODES = {
  orderStuck: {
    section: "An order is stuck",
    because:
      "{subject}: later events of an order wait behind one that is dead, failing or undelivered. Other orders go on, and nothing is lost for 14 days.",
  },
  outage: {
    section: "An outage, not a poison message",
    because:
      "{subject} fails for many orders: what it depends on is down, or a bad version is deployed. Its events are kept and retried, and most need nobody's hand.",
  },
  eventDead: {
    section: "A consumer gave up on an event",
    because: "{subject} gave up on an event; its row says why, and later events of the order wait.",
  },
  deadLetters: {
    section: "Dead letters of a consumer",
    because: "{subject}: something is in its dead-letter queue.",
  },
  deadLettersExpire: {
    section: "Dead letters are about to expire",
    because:
      "The oldest dead letter of {subject} is over {limit} days old and is deleted after 14.",
  },
  eventFailing: {
    section: "An event keeps failing",
    because:
      "{subject} has failed at one event for {limit} s and tries on; later events of its order wait.",
  },
  attemptsFail: {
    section: "Most attempts fail",
    because: "{subject}: at least {limit} % of its attempts fail, and not just a few.",
  },
  noDeadLetterBudget: {
    section: "The dead-letter budget is spent",
    because:
      "{subject} may give up on no further event, since too many fail at once. They are kept and retried.",
  },
  consumerBehind: {
    section: "A consumer is behind",
    because:
      "{subject} is behind: its oldest event has waited for {limit} s, its backlog is deep, or it does not run.",
  },
  consumerStopped: {
    section: "A consumer does not run",
    because:
      "{subject} has events waiting and its function has not run for {limit} minutes: its event source mapping is paused, or may not read the queue.",
  },
  deepBacklog: {
    section: "A backlog is deep",
    because:
      "{subject} has {limit} events waiting, or as many in flight or backing off; from 120,000 on blocked orders stall healthy ones.",
  },
  undelivered: {
    section: "SNS cannot deliver to a queue",
    because:
      "SNS could not deliver to {subject}: the queue was deleted, or its policy or key changed. What it could not deliver is in the subscription's dead-letter queue.",
  },
  eventLost: {
    section: "SNS lost an event",
    because:
      "SNS could put an event neither into {subject} nor into its dead-letter queue: republish it from the store.",
  },
  eventParked: {
    section: "The relay parked an event",
    because:
      "{subject} parked an event that can never be sent; nothing further of its order is sent until somebody mends it.",
  },
  publishFails: {
    section: "The relay cannot publish",
    because:
      "{subject} has failed to publish for {limit} minutes. It tries on and passes nothing over; after 24 hours the stream forgets.",
  },
  relayBehind: {
    section: "The relay is behind",
    because:
      "{subject} is behind: an order was written {limit} s ago and is not published, SNS refuses it, or it does not run. After 24 hours the stream forgets.",
  },
  relayStopped: {
    section: "The relay does not run",
    because:
      "Orders are taken, and for {limit} minutes {subject} has published nothing: its event source mapping is paused, or may not read the stream.",
  },
  ordersBehind: {
    section: "Orders are behind",
    because:
      "{subject} found orders with an event of over {limit} s ago that a consumer has neither applied nor given up: it is late or lost. `bus audit` says where, and mends it.",
  },
  patrolStopped: {
    section: "The patrol does not run",
    because:
      "{subject} has not run for {limit} minutes: nobody looks for lost events, and dead-letter queues fall asleep, so their depth is told late.",
  },
  functionFails: {
    section: "A function fails",
    because: "{subject} threw, crashed or timed out: see its log group.",
  },
  functionThrottled: {
    section: "A function may not start",
    because: "{subject} was not allowed to start: the account's concurrency is used up.",
  },
  apiFails: {
    section: "The order API fails",
    because:
      "{subject} answers with errors of its own (500), or is too busy {limit} times (503): see its log group.",
  },
  admissionClosed: {
    section: "New orders are turned away",
    because:
      "The shop takes no new orders: a critical consumer is far behind, has many dead letters or is in an outage, or somebody has closed it. The log of {subject} says which.",
  },
  admissionUnknown: {
    section: "Nobody decides on new orders",
    because:
      "{subject} lets every new order in, since it cannot read the admission state or nobody has decided for 5 minutes: see the admission door's function and its rule.",
  },
} as const satisfies Readonly<Record<string, FailureMode>>;

export type FailureKind = keyof typeof FAILURE_MODES;

/** The anchor that a heading gets where the page is shown. */
const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

/** Where the runbook tells what to do. */
export const runbookSection = (kind: FailureKind): string =>
  `${RUNBOOK}#${slugOf(FAILURE_MODES[kind].section)}`;

/** An alarm's description. */
export const describeFailure = (
  kind: FailureKind,
  about: { readonly subject: string; readonly limit?: number },
): string => {
  const because = FAILURE_MODES[kind].because
    .replace("{subject}", about.subject)
    .replace("{limit}", (about.limit ?? 0).toLocaleString("en"));
  const sentence = because.charAt(0).toUpperCase() + because.slice(1);
  return `${sentence} Runbook: ${runbookSection(kind)}`;
};

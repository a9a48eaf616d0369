/**
 * Every invariant of the simulation: what it says, which file checks it, and the mutants that were
 * convicted of breaking it. A number is of the study's list; those without one are of this bus.
 *
 * Nothing else may be violated: the compiler takes no other name. A test holds the files and the
 * mutants named here to what they do.
 */
export type Invariant = {
  readonly says: string;
  /** Files of this folder that check it. */
  readonly checkedIn: readonly string[];
  /** Mutants whose crime it is; none where there is nothing in the code to break. */
  readonly mutants: readonly string[];
};

export const INVARIANTS = {
  "1 conserved": {
    says: "An event that was accepted is, at each consumer, applied, given up on purpose, dead or still on its way; a message is deleted only after its effect.",
    checkedIn: ["checks.ts", "probe.ts", "sim-consumer.ts"],
    mutants: [
      "swallow-error",
      "mark-before-effect",
      "cancelled-taken-for-written",
      "ignores-what-it-handles",
      "watermark-moved-without-effect",
      "redrive-deletes-before-send",
      "redrive-with-old-deduplication-id",
    ],
  },
  "2 no ghost": {
    says: "Nothing is applied that was never written to its order.",
    checkedIn: ["asked.ts", "check-place.ts", "checks.ts"],
    mutants: ["watermark-past-the-last-event"],
  },
  "3 one effect": {
    says: "An event takes effect once at each consumer, however often it is delivered.",
    checkedIn: ["checks.ts", "history.ts"],
    mutants: ["effect-before-mark", "ttl-trusted"],
  },
  "4 order": {
    says: "The events of an order take effect in sequence; a gap is an event that was given up.",
    checkedIn: ["history.ts"],
    mutants: ["monotone-fence", "unconditional-write"],
  },
  "5 dead stays dead": {
    says: "What was decided dead is not applied by that message any more, only by a redriven one.",
    checkedIn: ["history.ts"],
    mutants: ["dead-is-tried-again"],
  },
  "6 unknown is honest": {
    says: "A step that the order API acknowledged is in its order once, where the answer said; a refused one is nowhere; one whose answer nobody heard is there once or not at all.",
    checkedIn: ["asked.ts", "shop-client.ts"],
    mutants: ["idempotency-key-ignored", "acknowledged-before-the-write"],
  },
  "7 isolation": {
    says: "A message is dead-lettered for what happened to it or before it in its own order; what others do costs it one recorded attempt and a receive for each suspect at most.",
    checkedIn: ["isolation.ts"],
    mutants: ["dead-at-first-crash", "suspects-run-together"],
  },
  "8 budget": {
    says: "An attempt is counted only when the handler ran or its start is recorded; a receive is spent only on a run, a fault, or a suspect's turn; a message is moved only when its receives are spent.",
    checkedIn: ["history.ts", "isolation.ts"],
    mutants: [
      "old-life-counts",
      "receives-counted-as-attempts",
      "stop-all-groups",
      "state-kept-across-warm-calls",
    ],
  },
  "9 batch contract": {
    says: "Failed ids are of the batch, and a failed event's later ones of its order fail with it.",
    checkedIn: ["batch-contract.ts"],
    mutants: ["report-only-failed-id"],
  },
  "10 consumers agree": {
    says: "At rest each consumer has applied the same events of an order in the same sequence, and the tables of the deployed five hold what those events come to.",
    checkedIn: ["agreement.ts", "history.ts"],
    mutants: [
      "fact-after-watermark",
      "fact-failure-swallowed",
      "bounds-ignored",
      "bound-of-the-last-change",
    ],
  },
  "11 outbox = topic": {
    says: "What is written to an order is published, in sequence, and nothing else is.",
    checkedIn: ["sim-topic.ts", "stream-mapping.ts"],
    mutants: [
      "latest-start",
      "relay-past-failed-entry",
      "relay-ignores-failures",
      "new-event-id-at-each-publish",
    ],
  },
  "12 liveness": {
    says: "Once faults end, what nothing holds up is applied within one visibility timeout, one backoff cap and one invocation, and what is dead has bounced its way out on top of that.",
    checkedIn: ["calm.ts", "run-world.ts"],
    mutants: ["backoff-past-its-cap", "dead-wait-for-visibility"],
  },
  "13 redrive is a no-op": {
    says: "An event that was applied and is delivered again, by whatever redrive or replay, writes nothing: no effect, and no attempt.",
    checkedIn: ["check-place.ts"],
    mutants: ["dedup-by-message-id"],
  },
  "14 seen": {
    says: "An invocation that lives to its end tells once of each decision it wrote, and of nothing else; what nobody told of stays in the dead-letter queue until somebody takes it.",
    checkedIn: ["told.ts"],
    mutants: ["dead-without-a-metric", "every-bounce-a-metric"],
  },
  "15 determinism": {
    says: "The same seed gives the same worlds, to the last write, in one process or several.",
    checkedIn: ["worlds.sim.test.ts"],
    mutants: [],
  },
  "16 the checker bites": {
    says: "Every broken variant is convicted, of its own crime, within 2,000 worlds.",
    checkedIn: ["worlds.sim.test.ts"],
    mutants: [],
  },
  "relay waves": {
    says: "No two events of an order are in one PublishBatch.",
    checkedIn: ["sim-topic.ts"],
    mutants: ["two-events-in-one-publish-batch"],
  },
  "moved by SQS only": {
    says: "A message reaches a dead-letter queue only by SQS's own move.",
    checkedIn: ["bus.ts", "operators.ts"],
    mutants: ["parks-by-hand"],
  },
  "followers are never tried": {
    says: "No handler runs for an event whose predecessor has had no effect and was not given up.",
    checkedIn: ["probe.ts"],
    mutants: ["followers-run-after-failure", "promise-all-over-one-order"],
  },
  "the budget bounds the dead": {
    says: "No more is decided dead than there were tokens: a full bucket, what successes earned, and one an hour.",
    checkedIn: ["checks.ts"],
    mutants: ["no-dead-letter-budget"],
  },
  "the admission door opens again": {
    says: "Once faults end and the queues are empty, new orders are let in after the minimum time and one look at the gauges at most.",
    checkedIn: ["door.ts"],
    mutants: ["door-never-opens"],
  },
  "a taken order is never refused a step": {
    says: "The door turns away nothing but new orders: the steps of one that was taken, and repeats of its first request, are answered while it is closed.",
    checkedIn: ["asked.ts"],
    mutants: ["door-at-every-step"],
  },
  "no function throws": {
    says: "A function answers for each record; it never fails its whole batch.",
    checkedIn: ["asked.ts", "queue-mapping.ts", "stream-mapping.ts"],
    mutants: ["throttle-escapes"],
  },
  model: {
    says: "A model does what the contract suite holds it to.",
    checkedIn: ["sim-topic.ts"],
    mutants: [],
  },
} as const satisfies Readonly<Record<string, Invariant>>;

export type InvariantName = keyof typeof INVARIANTS;

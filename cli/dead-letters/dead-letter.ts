/** What the tools know of dead letters: the vocabulary of this room. */
import type { DeathCause } from "../../lambdas/core/ledger-row.ts";

const DECIDED: Readonly<Record<DeathCause, true>> = {
  unreadable: true,
  invalid: true,
  "not retryable": true,
  "too old": true,
  "attempts exhausted": true,
  "crash or timeout": true,
};
const DECIDED_CAUSES = Object.keys(DECIDED) as DeathCause[];

/** A message of a dead-letter queue, received: hidden from others until it is released. */
export type Letter = {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** When SQS put it there (2.14), epoch milliseconds; where an emulator keeps it, when it was sent. */
  readonly sentAtMs: number;
  /** SQS's own order: what its group is there is its group in the queue that it goes to. */
  readonly groupId: string;
  /** `#message/<message id>` for a body that nobody can read. */
  readonly orderId: string;
  readonly sequence: number;
  readonly eventType?: string;
  /** Customer data. */
  readonly body: string;
};

const UNDECIDED_CAUSES = [
  /** SQS moved it without a decision: its receives were spent. */
  "receives exhausted",
  /** The order is past it: the copy of a redrive that broke off. A redrive makes it vanish. */
  "already applied",
  /** The event before it is missing here: still in the consumer's queue, behind it, or lost. */
  "predecessor missing",
] as const;

/** Why the first letter of an order is there. */
export type DeadCause = DeathCause | (typeof UNDECIDED_CAUSES)[number];

export const DEAD_CAUSES: readonly DeadCause[] = [...DECIDED_CAUSES, ...UNDECIDED_CAUSES];

export type DeadHead = {
  readonly sequence: number;
  readonly eventType?: string;
  /** Of the message that carries it: redriven, it is carried by another one. */
  readonly messageId?: string;
  readonly cause: DeadCause;
  /** As the consumer's code told it; without the stack. */
  readonly error?: { readonly name: string; readonly message: string };
  readonly attempts: number;
  /** When it was decided dead or, without a decision, when SQS says that it came there. */
  readonly sinceMs: number;
};

/** The unit of every act: one order, from its first dead event to its last event. */
export type DeadOrder = {
  readonly orderId: string;
  /** The root of the trouble. The order's other letters are its followers, untried. */
  readonly head: DeadHead;
  /** The event that the consumer is due to apply next, and the order's last event. */
  readonly fromSequence: number;
  readonly toSequence: number;
  /** The events from that one to the last which it does not handle; left out where there are none. */
  readonly skips?: readonly number[];
  /** Nothing of it was ever tried there, so that also what it does not handle lies there. */
  readonly untried?: true;
  /** Letters that should be there by this, head and due followers. */
  readonly letters: number;
  /** Whether its first letter was seen in the dead-letter queue; else it may be on its way there. */
  readonly seen: boolean;
};

/** Who works on a consumer's dead letters just now. */
export type Lease = {
  readonly holder: string;
  /** What the holder does, for a person to read. */
  readonly act: string;
  /** Known to the holder alone while it is held. */
  readonly token: string;
  readonly sinceMs: number;
  /** Renewed well before, for as long as the work goes on. */
  readonly heldUntilMs: number;
};

/** The dead letters of one consumer at one time, in the order in which the queue gave them out. */
export type DeadLetterList = {
  /** The key of the consumer's rows. */
  readonly consumer: string;
  readonly orders: readonly DeadOrder[];
  /** The sum over the orders. */
  readonly letters: number;
  /** What the queue itself says: approximately (on AWS) all that is in it. */
  readonly depth: number;
  /** Why the two differ, and what was not looked at; empty when all is explained. */
  readonly remarks: readonly string[];
  /** Letters were hidden by somebody, or not looked at: orders may be missing. */
  readonly partlySeen?: true;
  /** Somebody redrives or discards here: then the queue was not looked into. */
  readonly leasedBy?: Lease;
};

/** What the audit says: the vocabulary of this room. */
import type { Fault } from "./find-event.ts";

export type ConsumerAudit = {
  readonly name: string;
  /** Events of which nothing more is due: applied, given up, or of a type that it does not handle. */
  readonly applied: number;
  /** Orders of which a due event is not applied, and whose next one is no dead letter. */
  readonly behind: number;
  /** A few of those, for a person to look at. */
  readonly behindOrders: readonly string[];
  /** Orders that are short too, but whose next event is too young to be missed. */
  readonly young: number;
  /** Orders whose next due event is decided dead, and their due events from there on. */
  readonly parkedOrders: number;
  readonly parkedEvents: number;
  /** Orders whose next event SQS moved to the dead-letter queue when its receives were spent. */
  readonly exhaustedOrders: number;
  readonly exhaustedEvents: number;
  /** Messages in its queue: to be applied, or dead and on their way to the dead-letter queue. */
  readonly waiting: number;
  readonly deadLetters: number;
  /** Parked events that lie in neither queue. */
  readonly missing: number;
  /** Parked events that may be lost: only messages or letters of whatever order make up for them. */
  readonly unproven: number;
};

/** What is wrong with one order at one consumer. */
export type Finding = {
  readonly consumer: string;
  readonly orderId: string;
  /** The event that is missing, and the order's last one. */
  readonly next: number;
  readonly version: number;
  readonly lastEventAtMs: number;
  readonly where: Fault;
  /** Consumers that need none of it from there on, and so do not tell whether it was ever sent. */
  readonly ignoredBy: readonly string[];
  /** Why it is overdue and not lost, where that is known. */
  readonly because?: string;
};

export type Audit = {
  readonly ok: boolean;
  readonly orders: number;
  readonly events: number;
  readonly consumers: readonly ConsumerAudit[];
  /** Each reason why it is not ok, as a sentence. */
  readonly problems: readonly string[];
  /** What could not be proven either way, as sentences. */
  readonly remarks: readonly string[];
  /** By order; only where it was asked to find what is missing. */
  readonly findings: readonly Finding[];
};

/**
 * One row a consumer and order in the dedup table: how far the order has been applied here, the
 * consumer's own state of it, and the *life* of the message that carries the next event.
 *
 * Every write of a row is conditional on `rev` being as it was read, so whatever happened to the
 * row in between (applied, failed, decided dead, discarded) refuses a late write.
 */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export type FailureText = {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
};

export type DeathCause =
  | "unreadable"
  | "invalid"
  | "not retryable"
  | "too old"
  | "attempts exhausted"
  | "crash or timeout";

/** A message's time in the queue, from its send to its delete or move; a redrive starts another. */
export type Life = {
  /** The sequence of the event it carries; a life counts only while this is after `row.seq`. */
  readonly seq: number;
  readonly messageId: string;
  readonly sentAtMs: number;
  readonly eventType?: string;
  readonly attempts: number;
  /** A start was recorded and no outcome yet: it is running, or it took its function down. */
  readonly open: boolean;
  readonly firstMs?: number;
  readonly lastMs?: number;
  readonly error?: FailureText;
  /** Decided dead: no handler runs for this life again; SQS moves the message in time. */
  readonly dead?: { readonly atMs: number; readonly cause: DeathCause };
};

/** A dead event that an operator gave up: who, why, and what it was. */
export type Discarded = {
  readonly seq: number;
  readonly messageId?: string;
  readonly eventType?: string;
  /** SQS also moves what was never decided, once its receives are spent. */
  readonly cause: DeathCause | "receives exhausted";
  readonly who: string;
  readonly why: string;
  readonly atMs: number;
};

export type LedgerRow = {
  /** An order id, or `#message/<SQS message id>` for a body that cannot be read. */
  readonly orderId: string;
  /** The sequence of the last applied event; 0 before the first. */
  readonly seq: number;
  /** Writes to this row so far; 0 while it does not exist. */
  readonly rev: number;
  readonly state?: JsonObject;
  readonly life?: Life;
  /** The events of this order that have no effect here, on purpose. */
  readonly discarded?: readonly Discarded[];
  /** When the last event was applied, epoch milliseconds. */
  readonly appliedAtMs?: number;
  /** The write that left it so, by which a write whose reply was lost is known as one's own. */
  readonly by?: string;
  /** Epoch seconds, for DynamoDB's TTL. */
  readonly expiresAt?: number;
  /** What a newer version of this code wrote beside these: kept as it is, through a rollback. */
  readonly newer?: JsonObject;
};

export const newRow = (orderId: string): LedgerRow => ({ orderId, seq: 0, rev: 0 });

/** Whether the stored row is what this very write left: its reply was lost, and it was retried. */
export const isOwnWrite = (stored: LedgerRow, written: LedgerRow): boolean =>
  stored.rev === written.rev && written.by !== undefined && stored.by === written.by;

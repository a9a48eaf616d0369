/** The whole outside world of the core, as small object types. Adapters are in `lambdas/aws`. */
import type { AdmissionState, Signals } from "./admission.ts";
import type { Adjust, Fact } from "./consumer.ts";
import type { Budget } from "./dead-letter-budget.ts";
import type { FailureText, LedgerRow } from "./ledger-row.ts";
import type { OrderEvent } from "./order-event.ts";
import type { OrderItem } from "./order-item.ts";

export type Clock = {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** A number from 0 up to but not including 1. */
export type Random = () => number;

/** An SQS message as a consumer receives it. */
export type Message = {
  readonly messageId: string;
  readonly receiptHandle: string;
  /** How often it has been received in this life, this time included. */
  readonly receiveCount: number;
  readonly sentAtMs: number;
  readonly body: string;
};

/** Why a write did not happen and may not: `retryable` tells a fault from a poison. */
export type Failure = { readonly retryable: boolean; readonly error: FailureText };

export type LedgerWrite = {
  /** The row as it was read; the write is refused unless the row is still that. */
  readonly before: LedgerRow;
  readonly after: LedgerRow;
  readonly effects: readonly Adjust[];
  readonly budget?: { readonly before: Budget; readonly after: Budget };
};

/** A row as it was read, and as it is to be. */
export type RowWrite = Pick<LedgerWrite, "before" | "after">;

export type LedgerResult =
  /** Written now, or by an earlier try of this very write whose reply was lost. */
  | { readonly kind: "committed" }
  /** The row, or only the budget, is no longer as it was read. */
  | { readonly kind: "changed"; readonly what: "row" | "budget" }
  /** The bounds of an effect refused. */
  | { readonly kind: "refused" }
  /** A conflict or a throttle: nothing was written, try again in place. */
  | { readonly kind: "busy" }
  | ({ readonly kind: "failed" } & Failure);

/** A transaction holds so many items, and none of them twice (5.1). */
export const TRANSACTION_ITEMS = 100;

/** A BatchWriteItem takes so many, as its API's reference says. */
export const FACTS_AT_ONCE = 25;

/** What a cancelled transaction says of one of its items; `own`: a row is as this write left it. */
export type ItemVerdict = "fine" | "own" | "refused" | "busy" | "invalid";

export type TogetherResult =
  | Extract<LedgerResult, { kind: "committed" | "busy" | "failed" }>
  /** Nothing was written; the verdicts are in the order of the rows and effects given. */
  | {
      readonly kind: "cancelled";
      readonly rows: readonly ItemVerdict[];
      readonly effects: readonly ItemVerdict[];
    };

/** One consumer's rows in the dedup table, and its effects in the same transaction. */
export type Ledger = {
  /** Strongly consistent. A row that does not exist yet comes back as `newRow`. May throw. */
  readonly read: (orderIds: readonly string[]) => Promise<Map<string, LedgerRow>>;
  readonly readBudget: () => Promise<Budget>;
  /** One conditional write, or one transaction. Never throws. */
  readonly commit: (write: LedgerWrite) => Promise<LedgerResult>;
  /** Rows of several orders and all their effects, no item twice, as one transaction. Never throws. */
  readonly commitTogether: (
    rows: readonly RowWrite[],
    effects: readonly Adjust[],
  ) => Promise<TogetherResult>;
  readonly commitBudget: (before: Budget, after: Budget) => Promise<LedgerResult>;
};

export type FactStore = {
  /** Never throws. `committed` means that all are written. */
  readonly put: (
    facts: readonly Fact[],
  ) => Promise<Extract<LedgerResult, { kind: "committed" | "busy" | "failed" }>>;
};

/** The queue that a batch came from. Neither call throws: what fails comes back in time anyway. */
export type SourceQueue = {
  /** Sets when each message is visible again, in the order given. */
  readonly hide: (
    entries: readonly { readonly message: Message; readonly seconds: number }[],
  ) => Promise<void>;
  readonly remove: (messages: readonly Message[]) => Promise<void>;
};

/** A consumer's call to a system outside DynamoDB; the event id is its idempotency key. */
export type SideEffect = (event: OrderEvent, idempotencyKey: string) => Promise<void>;

export type OrderRead =
  | { readonly kind: "found"; readonly item: OrderItem }
  | { readonly kind: "none" }
  /** A throttle or no answer: read again. */
  | { readonly kind: "busy" };

export type OrderWrite =
  | { readonly kind: "written" }
  /** Not as expected; the item that is there instead, where the store told. */
  | { readonly kind: "changed"; readonly item: OrderItem | undefined }
  /** A throttle, a conflict or no answer: it may have been written all the same. */
  | { readonly kind: "busy" };

/** The orders table. Throws only what no retry can mend. */
export type OrderStore = {
  /** Strongly consistent. */
  readonly get: (orderId: string) => Promise<OrderRead>;
  /**
   * Writes on the condition that the item still has `expectedVersion`; 0: that there is none.
   * After a lost reply a retry finds its own write as `changed`.
   */
  readonly put: (item: OrderItem, expectedVersion: number) => Promise<OrderWrite>;
};

/** Whether the shop may take new orders now. */
export type Admission = () => Promise<
  { readonly kind: "open" } | { readonly kind: "closed"; readonly retryAfterSeconds: number }
>;

/** The one item that says whether the shop takes new orders. */
export type AdmissionStore = {
  /** `noAdmissionState` where there is none yet. May throw. */
  readonly read: () => Promise<AdmissionState>;
  /** On the condition that the item is still of the revision before this one. May throw. */
  readonly write: (state: AdmissionState) => Promise<"written" | "changed">;
};

/** Looks at the gauges of every critical consumer. Throws unless it has seen them all. */
export type ReadSignals = () => Promise<Signals>;

/** What the relay publishes: an event's body for the topic. */
export type Publication = {
  readonly orderId: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly body: string;
};

export type PublishResult =
  | { readonly kind: "published" }
  /** The topic's or the network's fault: send it again. */
  | { readonly kind: "failed"; readonly error: FailureText }
  /** The entry itself can never be sent. */
  | { readonly kind: "unsendable"; readonly error: FailureText };

export type OrderTopic = {
  /** At most 10 entries, no two of one order. Results in the order given. Never throws. */
  readonly publish: (entries: readonly Publication[]) => Promise<readonly PublishResult[]>;
};

/** The standard queue for what can never be sent. Throws when it cannot take the entry. */
export type ParkingQueue = {
  readonly park: (entry: {
    readonly orderId: string;
    readonly sequence: number;
    readonly error: FailureText;
  }) => Promise<void>;
};

import type { JsonObject } from "./ledger-row.ts";
import type { OrderEvent, OrderEventType } from "./order-event.ts";

/**
 * Adds to numbers of one item in one of the consumer's tables, in the same transaction as the
 * watermark. Refused as a whole when a sum would leave its bounds.
 */
export type Adjust = {
  readonly kind: "adjust";
  /** The consumer's name for the table. */
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, number>>;
  /** What an attribute counts from where the item does not have it yet; otherwise 0. */
  readonly start?: Readonly<Record<string, number>>;
  /** Lowest value an attribute may have afterwards. */
  readonly floor?: Readonly<Record<string, number>>;
  /** Highest value an attribute may have afterwards. */
  readonly ceiling?: Readonly<Record<string, number>>;
};

/**
 * Writes one item whose key alone makes it idempotent: put again, it is the same item. It goes
 * first, outside the transaction; the fenced watermark follows.
 */
export type Fact = {
  readonly kind: "fact";
  readonly table: string;
  readonly item: JsonObject;
};

export type Effect = Adjust | Fact;

/** What one event does: the row's state afterwards, and effects on other items. */
export type Change<State> = {
  /** Left out: the state stays as it is. */
  readonly state?: State;
  readonly effects?: readonly Effect[];
  /**
   * Taken instead when the bounds of an effect refuse; it must not be refusable itself. Facts are
   * put before that is known, so a change that may be refused has none but here.
   */
  readonly otherwise?: {
    readonly state?: State;
    readonly effects?: readonly Effect[];
  };
};

/**
 * A consumer: a pure function from its row of an order and the next event to a change.
 *
 * `handle` sees each event of an order once, in sequence, and must be total: after a discarded
 * predecessor a type still has a meaning. It may throw: `NonRetryable` when no retry can help,
 * anything else to be tried again.
 */
export type Consumer<State extends JsonObject = JsonObject> = {
  readonly name: string;
  /** Events of other types are acknowledged, and nothing is written. The stack says the same. */
  readonly handles: readonly OrderEventType[];
  handle(state: State | undefined, event: OrderEvent, settings: ConsumerSettings): Change<State>;
  /** Its rows are the business's data, not only a watermark: they never expire. */
  readonly keepsRows?: "forever";
};

/** Numbers that the stage gives its consumers, such as `initialStock`. */
export type ConsumerSettings = Readonly<Record<string, number>>;

/** Thrown by a handler or a side effect: this event cannot succeed here, however often tried. */
export class NonRetryable extends Error {
  override readonly name = "NonRetryable";
}

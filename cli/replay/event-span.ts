/** Events `from` to `to` of one order, by their sequence numbers. */
export type EventSpan = {
  readonly orderId: string;
  readonly from: number;
  readonly to: number;
};

export const eventsOf = (spans: readonly EventSpan[]): number =>
  spans.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** What is about to be sent; the send does this and no more, whatever happens meanwhile. */
export type SendPlan = {
  readonly spans: readonly EventSpan[];
  readonly events: number;
  /** Orders that were asked for by id and are not in the store, or not as an order's item. */
  readonly absent: readonly string[];
};

export type SendOptions = {
  /** At most so many on average. */
  readonly eventsPerSecond?: number;
  /** Told after each call. */
  readonly onProgress?: (sent: number, total: number) => void;
  /** Once aborted no further call begins; those on their way end. */
  readonly signal?: AbortSignal;
};

export type FailedSend = {
  readonly orderId: string;
  readonly sequence: number;
  /** The name of the error: its text may repeat what somebody sent. */
  readonly why: string;
};

export type SendReport = {
  readonly sent: number;
  /** The event at which an order was stopped, one an order. */
  readonly failed: readonly FailedSend[];
  /** Behind a failed one of their order, or not begun when it was interrupted. */
  readonly unsent: number;
};

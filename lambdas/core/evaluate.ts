import type { Arrival } from "./arrival.ts";
import { type Change, NonRetryable } from "./consumer.ts";
import type { ConsumerContext } from "./consumer-context.ts";
import { DAY_MS } from "./expires-at.ts";
import { epochMs } from "./iso-time.ts";
import type { DeathCause, FailureText, JsonObject, LedgerRow } from "./ledger-row.ts";
import { itemOf } from "./merge-adjusts.ts";
import type { OrderEvent } from "./order-event.ts";

export type Evaluation =
  | { readonly kind: "change"; readonly change: Change<JsonObject> }
  | {
      readonly kind: "failure";
      readonly error: FailureText;
      /** Why no retry can help; left out when one may. */
      readonly cause?: DeathCause;
    };

export const failureText = (error: unknown): FailureText => {
  if (!(error instanceof Error)) return { name: "Thrown", message: "a value that is no Error" };
  const text = { name: error.name, message: error.message.slice(0, 1_000) };
  return error.stack === undefined ? text : { ...text, stack: error.stack.slice(0, 4_000) };
};

/** TTL deletes rows late or early, so beyond `retainDays` an absent row proves nothing (5.9). */
const tooOld = (context: ConsumerContext, event: OrderEvent): boolean =>
  context.rules.retainDays > 0 &&
  context.clock.nowMs() - epochMs(event.time) > context.rules.retainDays * DAY_MS;

/** An effect without a key names no item: a fault of this handler, to be found before any write. */
const checkItems = ({ effects = [], otherwise }: Change<JsonObject>): void => {
  for (const effect of [...effects, ...(otherwise?.effects ?? [])]) {
    if (effect.kind === "adjust") itemOf(effect);
  }
};

/** Asks the consumer what an arrival would change. Only its side effect reaches the outside. */
export const evaluate = async (
  context: ConsumerContext,
  row: LedgerRow,
  { content }: Arrival,
): Promise<Evaluation> => {
  if (content.kind === "not an event") {
    const { error, cause } = content;
    return { kind: "failure", error, ...(cause === undefined ? {} : { cause }) };
  }
  const { event } = content;
  if (tooOld(context, event)) {
    const message = `event of ${event.time} is older than retainDays ${context.rules.retainDays}`;
    return { kind: "failure", error: { name: "TooOld", message }, cause: "too old" };
  }
  if (!context.consumer.handles.includes(event.type)) return { kind: "change", change: {} };
  try {
    await context.sideEffect?.(event, event.id);
    const change = context.consumer.handle(row.state, event, context.settings);
    checkItems(change);
    return { kind: "change", change };
  } catch (error) {
    const cause = error instanceof NonRetryable ? "not retryable" : undefined;
    return {
      kind: "failure",
      error: failureText(error),
      ...(cause === undefined ? {} : { cause }),
    };
  }
};

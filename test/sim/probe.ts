/** The consumer of most worlds: it counts, and fails where the world says so. */
import { type Consumer, NonRetryable } from "../../lambdas/core/consumer.ts";
import { lastDue } from "../../lambdas/core/due-events.ts";
import { type Bus, type ConsumerState, START_MS } from "./bus.ts";
import { isSettled } from "./checks.ts";
import { handledBy, typesOf } from "./handled-by.ts";
import { type Place, placeName } from "./place-of.ts";
import type { Invocation } from "./sim-consumer.ts";
import { poisonAt, type SimConsumer } from "./world.ts";

/** The sequence of the event that must have its effect first; 0: none. */
const previousHandled = (bus: Bus, spec: SimConsumer, { orderId, sequence }: Place): number =>
  lastDue(typesOf(bus.orders, orderId).slice(0, sequence - 1), handledBy(spec));

/**
 * A handler begins: its predecessor must be settled, or have been run just before for the same
 * write, and the world may have it fail.
 */
export const enter = (
  bus: Bus,
  { spec, repaired }: ConsumerState,
  invocation: Invocation,
  { orderId, sequence }: Place,
): void => {
  bus.history.ran(`${spec.name}|${orderId}|${sequence}`);
  const previous = previousHandled(bus, spec, { orderId, sequence });
  const isWaitedFor = previous > 0 && !invocation.pending.has(placeName(orderId, previous));
  if (isWaitedFor && !isSettled(bus, spec, { orderId, sequence: previous })) {
    const marked = (bus.tables.rows(spec.name).get(orderId)?.seq ?? 0) >= previous;
    const crime = marked ? "1 conserved" : "followers are never tried";
    bus.history.violate(crime, `${spec.name} ${orderId}-${sequence} before its predecessor`);
  }
  const poison = poisonAt(spec, orderId, sequence);
  if (poison !== undefined && !repaired) {
    if (poison.kind === "not retryable") throw new NonRetryable("poison");
    if (poison.kind === "kills") invocation.callsLeft = 0;
    else throw new Error("poison");
  }
  const elapsedMs = bus.clock.nowMs() - START_MS;
  if (spec.outage !== undefined && elapsedMs >= spec.outage.fromMs) {
    if (elapsedMs < spec.outage.toMs) throw new Error("dependency down");
  }
  invocation.pending.add(placeName(orderId, sequence));
};

export const probe = (bus: Bus, state: ConsumerState, invocation: Invocation): Consumer => {
  const { name } = state.spec;
  return {
    name,
    handles: handledBy(state.spec),
    handle: (row, { orderId, sequence }) => {
      enter(bus, state, invocation, { orderId, sequence });
      const id = placeName(orderId, sequence);
      return {
        state: { count: Number(row?.count ?? 0) + 1, last: sequence },
        effects: [
          { kind: "adjust", table: `${name}-effects`, key: { id }, add: { times: 1 } },
          { kind: "adjust", table: `${name}-total`, key: { id: "all" }, add: { times: 1 } },
        ],
      };
    },
  };
};

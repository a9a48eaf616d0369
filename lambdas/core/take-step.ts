/**
 * Takes one step of one order: read, decide, write on the condition that nothing changed.
 *
 * A write that was refused or got no answer is read and decided again a few times. Should it have
 * been written after all, the order already holds this request's event, so it is still accepted and
 * still one event. The door (`admission`) turns away only what would become a new order: a repeat
 * of an order that was taken gets its answer even while the door is closed.
 */
import { type Decision, decideStep, type OrderRules, type StepCommand } from "./decide-step.ts";
import type { OrderItem } from "./order-item.ts";
import type { Admission, Clock, OrderRead, OrderStore, Random } from "./ports.ts";

export type TakeStepPorts = {
  readonly store: OrderStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: Admission;
  readonly rules: OrderRules;
};

export type StepOutcome =
  | Decision
  /** Nobody knows yet whether it was written; the same request may come again. */
  | { readonly kind: "busy" }
  | { readonly kind: "closed"; readonly retryAfterSeconds: number };

const TRIES = 6;
/** No further try begins after this long, so that the caller gets an answer before a timeout. */
const PATIENCE_MS = 4_000;
const FIRST_WAIT_MS = 30;

export const takeStep = async (
  ports: TakeStepPorts,
  command: StepCommand,
): Promise<StepOutcome> => {
  const startedMs = ports.clock.nowMs();
  const door = command.step === "create" ? await ports.admission() : ({ kind: "open" } as const);
  // A new order is rarely there already, and its write would say so: no read is spent on it.
  const expectNone = command.step === "create" && door.kind === "open";
  let read: OrderRead = expectNone ? { kind: "none" } : await ports.store.get(command.orderId);
  for (let tried = 1; ; tried++) {
    if (read.kind !== "busy") {
      const decision = decideStep(itemOf(read), command, ports.rules);
      if (decision.kind !== "accepted") return recogniseOwn(decision, command);
      if (door.kind === "closed") return door;
      const write = await ports.store.put(decision.item, decision.item.version - 1);
      if (write.kind === "written") return decision;
      if (write.kind === "changed" && write.item !== undefined && tried < TRIES) {
        read = { kind: "found", item: write.item };
        continue;
      }
    }
    if (tried >= TRIES || ports.clock.nowMs() - startedMs > PATIENCE_MS) return { kind: "busy" };
    await ports.clock.sleep(waitMs(tried, ports.random));
    read = await ports.store.get(command.orderId);
  }
};

const itemOf = (read: OrderRead): OrderItem | undefined =>
  read.kind === "found" ? read.item : undefined;

const waitMs = (tried: number, random: Random): number =>
  FIRST_WAIT_MS * 2 ** (tried - 1) * (0.5 + random() / 2);

/** A repeat with this very request's trace and time is its own write, whose reply was lost. */
const recogniseOwn = (decision: Decision, command: StepCommand): Decision => {
  if (decision.kind !== "repeated") return decision;
  const event = decision.item.events[decision.sequence - 1];
  const own = event?.traceparent === command.traceparent && event.time === command.time;
  return own ? { ...decision, kind: "accepted" } : decision;
};

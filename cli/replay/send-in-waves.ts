/**
 * Sends events of many orders, each order's in sequence. As the relay does: a wave has the next
 * event of each order, so no call ever holds two of one order (its entries fail one by one, 1.6),
 * and an order ends at its first failure.
 */
import { composePublication } from "../../lambdas/core/compose-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Publication, PublishResult } from "../../lambdas/core/ports.ts";
import { runBounded, splitWave } from "../../lambdas/core/relay-waves.ts";
import type { RateLimit } from "../limit-rate.ts";

/** One order's events to be sent; it goes on until `next` is past `to`, or there is a fault. */
export type Lane = {
  readonly item: OrderItem;
  next: number;
  readonly to: number;
  fault?: string;
};

export type Sending = {
  /** At most 10 entries, no two of one order. Results in the order given. */
  readonly send: (entries: readonly Publication[]) => Promise<readonly PublishResult[]>;
  readonly rate: RateLimit;
  readonly onSent: (events: number) => void;
  readonly signal?: AbortSignal | undefined;
};

const CALLS_AT_A_TIME = 8;

type Step = { readonly lane: Lane; readonly publication: Publication };

const nextStep = (lane: Lane): Step => ({
  lane,
  publication: composePublication(lane.item, lane.next),
});

const isOpen = ({ fault, next, to }: Lane): boolean => fault === undefined && next <= to;

const sendCall = async (call: readonly Step[], sending: Sending): Promise<void> => {
  const { send, rate, onSent, signal } = sending;
  await rate.take(call.length, signal);
  if (signal?.aborted) return;
  const results = await send(call.map(({ publication }) => publication));
  let sent = 0;
  for (const [index, { lane }] of call.entries()) {
    const result = results[index];
    if (result?.kind === "published") {
      lane.next++;
      sent++;
    } else lane.fault = result?.error.name ?? "NoResult";
  }
  onSent(sent);
};

/** What became of each lane is in the lane. */
export const sendInWaves = async (lanes: readonly Lane[], sending: Sending): Promise<void> => {
  for (;;) {
    const open = lanes.filter(isOpen);
    if (open.length === 0 || sending.signal?.aborted) return;
    const calls = splitWave(open.map(nextStep)).map((call) => () => sendCall(call, sending));
    await runBounded(calls, CALLS_AT_A_TIME);
  }
};

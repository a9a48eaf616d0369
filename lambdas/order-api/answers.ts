/** What a caller is told. An answer follows from the stored event alone: a repeat gets the same. */

import type { StepCommand } from "../core/decide-step.ts";
import type { JsonObject } from "../core/ledger-row.ts";
import type { OrderItem } from "../core/order-item.ts";
import { statusAfter } from "../core/order-steps.ts";
import type { StepOutcome } from "../core/take-step.ts";
import { type ApiResponse, jsonResponse } from "./api-message.ts";
import { type Problem, problemResponse } from "./problem.ts";

/** Long enough for a throttle or a conflict to pass. */
const BUSY_SECONDS = 1;

const answerStep = (item: OrderItem, sequence: number): ApiResponse => {
  const event = item.events[sequence - 1];
  if (event === undefined) throw new Error(`order ${item.orderId} has no event ${sequence}`);
  const { orderId, currency, totalCents } = item;
  const body = {
    orderId,
    status: statusAfter(event.type),
    version: sequence,
    eventId: event.id,
    eventType: event.type,
    time: event.time,
    currency,
    totalCents,
  };
  return sequence === 1
    ? jsonResponse(201, body, { location: `/orders/${orderId}` })
    : jsonResponse(200, body);
};

export const answerOrder = (item: OrderItem): ApiResponse =>
  jsonResponse(200, {
    orderId: item.orderId,
    status: item.status,
    version: item.version,
    customerId: item.customerId,
    currency: item.currency,
    totalCents: item.totalCents,
    lines: item.lines,
    history: item.events.map(
      ({ id, type, time, traceparent }, index): JsonObject => ({
        sequence: index + 1,
        eventId: id,
        eventType: type,
        time,
        ...(traceparent === undefined ? {} : { traceparent }),
      }),
    ),
  });

export const notFound = (orderId: string): Problem => ({
  code: "not-found",
  detail: `There is no order ${orderId}.`,
  more: { orderId },
});

export const busy: Problem = {
  code: "busy",
  detail:
    "The orders table is busy. Send the same request again; with an Idempotency-Key it " +
    "takes effect once.",
  headers: { "retry-after": String(BUSY_SECONDS) },
};

const refusal = (
  outcome: Exclude<StepOutcome, { kind: "accepted" | "repeated" }>,
  { orderId, step }: StepCommand,
): Problem => {
  switch (outcome.kind) {
    case "not found":
      return notFound(orderId);
    case "exists already":
      return {
        code: "exists-already",
        detail: `Order ${orderId} exists already and is ${outcome.status}. Choose another orderId.`,
        more: { orderId, orderStatus: outcome.status },
      };
    case "conflict": {
      const { status, allowed } = outcome;
      const steps = allowed.length === 0 ? "no further step" : `only ${allowed.join(" or ")}`;
      return {
        code: "step-not-allowed",
        detail: `Order ${orderId} is ${status}, which allows ${steps}, not ${step}.`,
        more: { orderId, orderStatus: status, allowedSteps: allowed },
      };
    }
    case "key reused":
      return {
        code: "key-reused",
        detail:
          `This Idempotency-Key was used for another request about order ${orderId}. ` +
          "Send a new key, or the same request as before.",
        more: { orderId },
      };
    case "too large":
      return {
        code: "too-large",
        detail: `The order would take ${outcome.bytes} bytes; at most ${outcome.maxBytes} are kept.`,
        more: { orderId },
      };
    case "busy":
      return busy;
    case "closed":
      return {
        code: "closed",
        detail:
          "The shop takes no new orders for the moment: it is catching up with those it has. " +
          "Send the same request again after the time that Retry-After says. " +
          "Steps of orders that exist are taken.",
        headers: { "retry-after": String(outcome.retryAfterSeconds) },
      };
  }
};

export const answerOutcome = (outcome: StepOutcome, command: StepCommand): ApiResponse =>
  outcome.kind === "accepted" || outcome.kind === "repeated"
    ? answerStep(outcome.item, outcome.sequence)
    : problemResponse(refusal(outcome, command));

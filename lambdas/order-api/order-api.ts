/**
 * The order API as a function from a request to an answer; the world comes in through its ports.
 *
 * Accepted and repeated → 201 or 200, and the event is in the item. Refused (4xx) → nothing was
 * written. 503 with `Retry-After` → unknown or not now: the same request may come again. Whatever
 * is unexpected → 500 with a reference to the log, and not a word of the error itself.
 */
import type { UnknownDoor } from "../core/ask-admission.ts";
import type { OrderRules } from "../core/decide-step.ts";
import { NEXT_STEPS, type Step } from "../core/order-steps.ts";
import type { Admission, Clock, OrderStore, Random } from "../core/ports.ts";
import { type StepOutcome, takeStep } from "../core/take-step.ts";
import { answerOrder, answerOutcome, busy, notFound } from "./answers.ts";
import type { ApiRequest, ApiResponse } from "./api-message.ts";
import { checkOrderId } from "./check-names.ts";
import { findRoute, type Route } from "./find-route.ts";
import { invalidRequest, problemResponse } from "./problem.ts";
import { readCommand } from "./read-command.ts";
import type { RandomHex } from "./request-names.ts";
import { continueTrace } from "./trace-context.ts";

/** What is worth a metric or a line in the log: ids and codes, nothing of what was sent. */
export type ApiReport =
  | ({ readonly traceparent: string } & RequestReport)
  /** Nothing is known of the admission door, so new orders are let in. */
  | { readonly kind: "admission unknown"; readonly why: UnknownDoor };

type RequestReport =
  | {
      readonly kind: "step";
      readonly step: Step;
      readonly orderId: string;
      readonly eventId: string;
      readonly outcome: StepOutcome["kind"];
    }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "error"; readonly reference: string; readonly error: unknown };

export type OrderApiPorts = {
  readonly store: OrderStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly randomHex: RandomHex;
  readonly admission: Admission;
  readonly rules: OrderRules;
  readonly report: (report: ApiReport) => void;
};

export type OrderApi = (request: ApiRequest) => Promise<ApiResponse>;

export const createOrderApi =
  (ports: OrderApiPorts): OrderApi =>
  async (request) => {
    const traceparent = continueTrace(request.headers.traceparent, ports.randomHex);
    const answer = await answerSafely(ports, request, traceparent);
    return { ...answer, headers: { ...answer.headers, traceparent } };
  };

const answerSafely = async (
  ports: OrderApiPorts,
  request: ApiRequest,
  traceparent: string,
): Promise<ApiResponse> => {
  try {
    return await answerRoute(ports, request, traceparent);
  } catch (error) {
    const reference = ports.randomHex(8);
    ports.report({ kind: "error", reference, error, traceparent });
    const detail = `This is our fault; nothing is known of its effect. Tell us ${reference}.`;
    return problemResponse({ code: "internal-error", detail, more: { reference } });
  }
};

const answerRoute = async (
  ports: OrderApiPorts,
  request: ApiRequest,
  traceparent: string,
): Promise<ApiResponse> => {
  const route = findRoute(request.method, request.path);
  switch (route.kind) {
    case "create":
    case "step":
      return answerStep(ports, request, route, traceparent);
    case "show":
      return answerShow(ports, route.orderId);
    case "no such path":
      return problemResponse({
        code: "not-found",
        detail:
          `There are only POST /orders, GET /orders/{id} and POST /orders/{id}/{step}, ` +
          `where step is one of ${NEXT_STEPS.join(", ")}.`,
      });
    case "wrong method": {
      const detail = `This path takes ${route.allowed} only.`;
      return problemResponse({
        code: "method-not-allowed",
        detail,
        headers: { allow: route.allowed },
      });
    }
  }
};

const answerShow = async (ports: OrderApiPorts, orderId: string): Promise<ApiResponse> => {
  const faults = checkOrderId(orderId);
  if (faults.length > 0) return problemResponse(invalidRequest(faults));
  const read = await ports.store.get(orderId);
  switch (read.kind) {
    case "found":
      return answerOrder(read.item);
    case "none":
      return problemResponse(notFound(orderId));
    case "busy":
      return problemResponse(busy);
  }
};

const answerStep = async (
  ports: OrderApiPorts,
  request: ApiRequest,
  route: Extract<Route, { kind: "create" | "step" }>,
  traceparent: string,
): Promise<ApiResponse> => {
  const { randomHex, clock, report } = ports;
  const time = new Date(clock.nowMs()).toISOString();
  const read = readCommand(request, route, { randomHex, time, traceparent });
  if (read.kind === "problem") {
    const answer = problemResponse(read.problem);
    report({ kind: "refused", status: answer.status, traceparent });
    return answer;
  }
  const { command } = read;
  const outcome = await takeStep(ports, command);
  const { step, orderId, eventId } = command;
  report({ kind: "step", step, orderId, eventId, outcome: outcome.kind, traceparent });
  return answerOutcome(outcome, command);
};

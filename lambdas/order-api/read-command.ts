import type { StepCommand } from "../core/decide-step.ts";
import type { JsonObject } from "../core/ledger-row.ts";
import type { ApiRequest } from "./api-message.ts";
import { checkIdempotencyKey, checkOrderId } from "./check-names.ts";
import type { Route } from "./find-route.ts";
import { type Fault, invalidRequest, type Problem } from "./problem.ts";
import { type Body, readNewOrder, readNoData } from "./read-body.ts";
import { hashRequest, nameEvent, nameOrder, type RandomHex } from "./request-names.ts";

export type CommandContext = {
  readonly randomHex: RandomHex;
  readonly time: string;
  readonly traceparent: string;
};

export type ReadCommand =
  | { readonly kind: "command"; readonly command: StepCommand }
  | { readonly kind: "problem"; readonly problem: Problem };

/** A request as the step it asks for, or all that is wrong with it. */
export const readCommand = (
  request: ApiRequest,
  route: Extract<Route, { kind: "create" | "step" }>,
  context: CommandContext,
): ReadCommand => {
  const key = request.headers["idempotency-key"];
  const keyFaults = checkIdempotencyKey(key);
  if (route.kind === "create") {
    const read = judge(readNewOrder(request), keyFaults);
    if (read.kind === "problem") return read;
    const { orderId = nameOrder(key, context.randomHex), ...order } = read.body;
    const names = nameStep(orderId, key, { step: "create", ...order }, context);
    return { kind: "command", command: { ...names, step: "create", order } };
  }
  const { orderId, step } = route;
  const read = judge(readNoData(request), [...checkOrderId(orderId), ...keyFaults]);
  if (read.kind === "problem") return read;
  const names = nameStep(orderId, key, { step }, context);
  return { kind: "command", command: { ...names, step } };
};

type Judged<T> = Extract<Body<T>, { kind: "body" | "problem" }>;

const judge = <T>(read: Body<T>, nameFaults: readonly Fault[]): Judged<T> => {
  if (read.kind === "problem") return read;
  const faults = [...nameFaults, ...(read.kind === "faults" ? read.faults : [])];
  if (read.kind === "faults" || faults.length > 0) {
    return { kind: "problem", problem: invalidRequest(faults) };
  }
  return read;
};

/** The hash is of what was asked, not of names made here: a repeat must have the same one. */
const nameStep = (
  orderId: string,
  key: string | undefined,
  asked: JsonObject,
  { randomHex, time, traceparent }: CommandContext,
) => ({
  orderId,
  eventId: nameEvent(orderId, key, randomHex),
  time,
  traceparent,
  ...(key === undefined ? {} : { requestHash: hashRequest(asked) }),
});

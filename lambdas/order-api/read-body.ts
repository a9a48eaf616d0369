import * as v from "valibot";
import type { JsonObject } from "../core/ledger-row.ts";
import {
  currencySchema,
  customerIdSchema,
  newOrderLinesSchema,
  orderIdSchema,
  orderLineSchema,
} from "../core/order-event.ts";
import type { ApiRequest } from "./api-message.ts";
import { describeFaults, type Shape } from "./describe-faults.ts";
import { kindOfText } from "./kind-of.ts";
import { parseJson } from "./parse-json.ts";
import type { Fault, Problem } from "./problem.ts";

/** The largest order that the limits allow has about a quarter of this. */
export const MAX_BODY_BYTES = 128 * 1024;

/** What clients send unless told otherwise: the only types that an answer repeats. */
const USUAL_MISTAKES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

const newOrderSchema = v.strictObject({
  orderId: v.optional(orderIdSchema),
  customerId: customerIdSchema,
  currency: currencySchema,
  lines: newOrderLinesSchema,
});
const noDataSchema = v.strictObject({});

const newOrderShape: Shape = {
  fields: newOrderSchema.entries,
  elements: { lines: orderLineSchema.entries },
};

export type Body<T> =
  | { readonly kind: "body"; readonly body: T }
  | { readonly kind: "faults"; readonly faults: readonly Fault[] }
  | { readonly kind: "problem"; readonly problem: Problem };

export type NewOrderBody = v.InferOutput<typeof newOrderSchema>;

/** The body of `POST /orders`. */
export const readNewOrder = (request: ApiRequest): Body<NewOrderBody> =>
  readBody(request, newOrderSchema, newOrderShape);

/** The body of a step: nothing, or an object without keys. */
export const readNoData = (request: ApiRequest): Body<JsonObject> =>
  request.body.length === 0
    ? { kind: "body", body: {} }
    : readBody(request, noDataSchema, { fields: {} });

const readBody = <T>(
  { body, headers }: ApiRequest,
  schema: v.GenericSchema<unknown, T>,
  shape: Shape,
): Body<T> => {
  if (body.length > MAX_BODY_BYTES) {
    const detail = `The body has ${body.length} bytes; at most ${MAX_BODY_BYTES} are taken.`;
    return { kind: "problem", problem: { code: "too-large", detail } };
  }
  const mediaType = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== undefined && !/^application\/(.+\+)?json$/.test(mediaType)) {
    const got = USUAL_MISTAKES.find((type) => type === mediaType) ?? kindOfText(mediaType);
    const detail = `The content type is ${got}; send content-type: application/json.`;
    return { kind: "problem", problem: { code: "unsupported-media-type", detail } };
  }
  const parsed = parseJson(body);
  if (parsed.kind === "faults") return parsed;
  const result = v.safeParse(schema, parsed.value);
  if (result.success) return { kind: "body", body: result.output };
  return { kind: "faults", faults: describeFaults(parsed.value, result.issues, shape) };
};

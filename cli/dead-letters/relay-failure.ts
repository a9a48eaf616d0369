import * as v from "valibot";

/**
 * What lies in the relay's parking queue: an event that the topic can never take, told by the relay
 * itself; or stream records that it did not get done within their day, told by Lambda without what
 * was in them (4.9).
 */
export type RelayFailure =
  | {
      readonly kind: "unsendable event";
      readonly orderId: string;
      readonly sequence: number;
      readonly error: { readonly name: string; readonly message: string };
    }
  | {
      readonly kind: "stream records";
      readonly records: number;
      /** When the first and the last of them came to the stream, epoch milliseconds. */
      readonly firstMs: number;
      readonly lastMs: number;
      readonly condition: string;
    }
  /** Put there by somebody else. */
  | { readonly kind: "not known" };

const parkedSchema = v.looseObject({
  orderId: v.pipe(v.string(), v.minLength(1)),
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  error: v.looseObject({ name: v.string(), message: v.string() }),
});

const timeSchema = v.pipe(v.string(), v.isoTimestamp());
const streamSchema = v.looseObject({
  requestContext: v.optional(v.looseObject({ condition: v.optional(v.string()) })),
  DDBStreamBatchInfo: v.looseObject({
    batchSize: v.number(),
    approximateArrivalOfFirstRecord: timeSchema,
    approximateArrivalOfLastRecord: timeSchema,
  }),
});

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

export const readRelayFailure = (body: string): RelayFailure => {
  const value = parse(body);
  const parked = v.safeParse(parkedSchema, value);
  if (parked.success) {
    const { orderId, sequence, error } = parked.output;
    const { name, message } = error;
    return { kind: "unsendable event", orderId, sequence, error: { name, message } };
  }
  const stream = v.safeParse(streamSchema, value);
  if (!stream.success) return { kind: "not known" };
  const { requestContext, DDBStreamBatchInfo: batch } = stream.output;
  return {
    kind: "stream records",
    records: batch.batchSize,
    firstMs: Date.parse(batch.approximateArrivalOfFirstRecord),
    lastMs: Date.parse(batch.approximateArrivalOfLastRecord),
    condition: requestContext?.condition ?? "not told",
  };
};

/** What one event costs, as `test/load/measure-costs.ts` counted it on the embedded bus. */
import * as v from "valibot";
import measured from "./measured-costs.json" with { type: "json" };

const amount = v.pipe(v.number(), v.minValue(0));
const text = v.pipe(v.string(), v.minLength(1));

const tableCostSchema = v.object({
  /** Units an event, as DynamoDB counts them. */
  readUnits: amount,
  writeUnits: amount,
  /** Units of one write that is of one item: 1 alone, 2 in a transaction (5.3). */
  unitsAWrite: amount,
  partitionKey: text,
  sortKey: v.optional(text),
  /** What the table keeps, an event. */
  storedBytes: amount,
});

const consumerCostSchema = v.object({
  /** A batch of n events takes fixed + n × perEvent, from its first call to its last. */
  batchMs: v.object({ fixed: amount, perEvent: amount }),
  /** By the consumer's name for it; `dedup` is the bus's own. */
  tables: v.record(text, tableCostSchema),
  logBytes: amount,
});

const measuredCostsSchema = v.object({
  how: v.object({
    command: text,
    commit: text,
    on: text,
    orders: amount,
    events: amount,
  }),
  eventBytes: amount,
  eventsPerOrder: amount,
  /** Of the stack. */
  alarms: v.object({ single: amount, composite: amount }),
  /** That its functions write themselves, while nothing is wrong. */
  metrics: amount,
  api: v.object({
    callMs: amount,
    orders: tableCostSchema,
    logBytes: amount,
  }),
  relay: v.object({ publishMs: amount, logBytes: amount }),
  consumers: v.record(text, consumerCostSchema),
});

export type TableCost = v.InferOutput<typeof tableCostSchema>;
export type ConsumerCost = v.InferOutput<typeof consumerCostSchema>;
export type MeasuredCosts = v.InferOutput<typeof measuredCostsSchema>;

export const measuredCosts: MeasuredCosts = v.parse(measuredCostsSchema, measured);

export const costOfConsumer = (name: string, costs = measuredCosts): ConsumerCost => {
  const found = costs.consumers[name];
  if (found !== undefined) return found;
  const known = Object.keys(costs.consumers).join(", ");
  throw new Error(`nothing was measured of a consumer ${name}; measured were ${known}`);
};

/** How long a batch of so many events takes. */
export const batchMsOf = ({ batchMs }: ConsumerCost, events: number): number =>
  Math.round(batchMs.fixed + batchMs.perEvent * events);

/** What the calls of one run cost, an event. */
import type { Call } from "../../test/load/count-calls.ts";
import type { ConsumerMeasure, SideMeasure } from "./measure-side.ts";
import { CONSUMERS, type ConsumerName } from "./sides.ts";

/** All of them for each event of an order, so that those of five consumers can be added up. */
export type EffectCost = {
  readonly dynamoRequests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Receives, deletes and changes of visibility, whoever makes them. */
  readonly sqsRequests: number;
  /** Invocations of the function. */
  readonly invocations: number;
  /** `dynamoRequests` by operation. */
  readonly operations: Readonly<Record<string, number>>;
};

export type SideCost = {
  /** The five consumers together. */
  readonly all: EffectCost;
  readonly consumers: Readonly<Record<ConsumerName, EffectCost>>;
};

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const units = (calls: readonly Call[], kind: "read" | "write"): number =>
  sum(calls.flatMap(({ units: byTable }) => Object.values(byTable).map((each) => each[kind])));

type Counted = Omit<ConsumerMeasure, "seconds">;

const costOf = (measures: readonly Counted[], events: number): EffectCost => {
  const calls = measures.flatMap((measure) => measure.calls);
  const groups = Map.groupBy(calls, ({ operation }) => operation);
  const queueCalls = measures.map((one) => one.receives + one.deletes + one.ownQueueCalls);
  return {
    dynamoRequests: calls.length / events,
    writeUnits: units(calls, "write") / events,
    readUnits: units(calls, "read") / events,
    sqsRequests: sum(queueCalls) / events,
    invocations: sum(measures.map(({ batches }) => batches)) / events,
    operations: Object.fromEntries(
      [...groups].toSorted().map(([operation, group]) => [operation, group.length / events]),
    ),
  };
};

export const sideCost = (measure: SideMeasure, events: number): SideCost => ({
  all: costOf(Object.values(measure), events),
  consumers: Object.fromEntries(
    CONSUMERS.map((consumer) => [consumer, costOf([measure[consumer]], events)]),
  ) as SideCost["consumers"],
});

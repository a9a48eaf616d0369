/** The latencies that consumers tell, apart for each phase of a run. */
import type { StageOutputs } from "../../cli/stage-outputs.ts";
import { until } from "../emulators/until.ts";
import { EVENTS_AN_ORDER } from "./pace-orders.ts";

export type Latency = { readonly p50Ms: number; readonly p99Ms: number; readonly events: number };

export type LatencyLog = {
  /** Milliseconds from a step's acceptance until its effects, as a consumer told them. */
  readonly hear: (consumer: string, values: readonly number[]) => void;
  /** What is told from now on belongs to this phase, which may come back. */
  readonly begin: (phase: string) => void;
  readonly toldIn: (phase: string, consumer: string) => readonly number[];
};

export const openLatencyLog = (): LatencyLog => {
  const told = new Map<string, number[]>();
  let now = "";
  const keyOf = (phase: string, consumer: string) => `${phase} ${consumer}`;
  return {
    hear: (consumer, values) => {
      const key = keyOf(now, consumer);
      const own = told.get(key) ?? [];
      own.push(...values);
      told.set(key, own);
    },
    begin: (phase) => {
      now = phase;
    },
    toldIn: (phase, consumer) => told.get(keyOf(phase, consumer)) ?? [],
  };
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

export const latencyOf = (values: readonly number[]): Latency => {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), events: values.length };
};

type Consumer = Pick<StageOutputs["Consumers"][number], "name" | "handles">;

/** How many events of so many orders a consumer tells of: those of the types that it handles. */
const dueOf = ({ handles }: Consumer, orders: number): number =>
  orders * EVENTS_AN_ORDER.filter((type) => handles?.includes(type) ?? true).length;

/** Resolves when these consumers have told of every event of so many orders, so that none falls into the next phase. */
export const untilTold = async (
  log: LatencyLog,
  told: {
    readonly phase: string;
    readonly orders: number;
    readonly consumers: readonly Consumer[];
  },
): Promise<void> => {
  for (const consumer of told.consumers) {
    const due = dueOf(consumer, told.orders);
    const count = () => log.toldIn(told.phase, consumer.name).length;
    await until(`${consumer.name} tells of ${due} events`, count, (events) => events >= due);
  }
};

/** The embedded bus from the orders' table on: stream, relay, topic, queues, consumers. */
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { until } from "../../test/emulators/until.ts";
import { loadOrders } from "../embedded/load-orders.ts";
import type { MeasuredBus } from "../embedded/open-measured-bus.ts";

export type Mappings = { readonly relay: string; readonly consumers: readonly string[] };

export const mappingsOf = ({ stage: { outputs } }: MeasuredBus): Mappings => {
  const { RelayMappingId: relay, Consumers } = outputs;
  if (relay === undefined) throw new Error("the stage does not name the relay's mapping");
  return { relay, consumers: Consumers.map(({ mappingId }) => mappingId) };
};

/** How many of these events a consumer tells of: those of the types that it handles. */
const dueOf = (handles: readonly string[] | undefined, versions: readonly OrderItem[]): number =>
  versions.filter(({ events }) => handles?.includes(events.at(-1)?.type ?? "") ?? true).length;

/**
 * The orders are in their table before; the clock runs from the moment the stream is read until the
 * last consumer has told of its last event. Answers with seconds.
 */
export const runBus = async (
  measured: MeasuredBus,
  phase: string,
  versions: readonly OrderItem[],
): Promise<number> => {
  const { bus, stage, latencies } = measured;
  const { relay, consumers } = mappingsOf(measured);
  const { OrdersTable, Consumers } = stage.outputs;
  await loadOrders(stage.dynamo, OrdersTable, versions);
  latencies.begin(phase);
  for (const id of consumers) bus.resumeMapping(id);
  const startedAt = performance.now();
  bus.resumeMapping(relay);
  for (const { name, handles } of Consumers) {
    const due = dueOf(handles, versions);
    const count = () => latencies.toldIn(phase, name).length;
    await until(`${name} tells of ${due} events`, count, (events) => events >= due);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const id of [relay, ...consumers]) await bus.pauseMapping(id);
  return seconds;
};

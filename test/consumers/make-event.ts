/** Events as handlers see them, and a handler at work on an order, with tables in memory. */
import { readArrival } from "../../lambdas/core/arrival.ts";
import type { Adjust, Change, Consumer, ConsumerSettings } from "../../lambdas/core/consumer.ts";
import type { JsonObject } from "../../lambdas/core/ledger-row.ts";
import type { OrderEvent, OrderEventType } from "../../lambdas/core/order-event.ts";
import { makeWorld } from "../core/make-context.ts";
import { type EventShape, makeMessage } from "../core/make-message.ts";

export const makeEvent = (shape: EventShape = {}): OrderEvent => {
  const { content } = readArrival(makeMessage(shape));
  if (content.kind !== "event") throw new Error(content.error.message);
  return content.event;
};

export const makeLines = (...quantities: (readonly [sku: string, quantity: number])[]) =>
  quantities.map(([sku, quantity]) => ({ sku, quantity, unitPriceCents: 100 }));

/** So many different SKUs, a piece each, in the order of their ids. */
export const manySkus = (count: number) =>
  makeLines(
    ...Array.from(
      { length: count },
      (_, index) => [`sku-${String(index + 1).padStart(3, "0")}`, 1] as const,
    ),
  );

export const adjustsOf = (change: Change<JsonObject>): Adjust[] =>
  (change.effects ?? []).filter((effect) => effect.kind === "adjust");

type Step = EventShape | OrderEventType;

/** A consumer with its tables; each order's steps come one after the other, as batches would. */
export const shopWith = <State extends JsonObject>(
  consumer: Consumer<State>,
  settings: ConsumerSettings = {},
) => {
  const world = makeWorld({
    consumer: consumer as unknown as Consumer,
    context: { settings },
  });
  const taken = new Map<string, readonly OrderEventType[]>();
  const take = async (orderId: string, ...steps: readonly Step[]): Promise<void> => {
    for (const step of steps) {
      const shape = typeof step === "string" ? { type: step } : step;
      const before = taken.get(orderId) ?? [];
      const sequence = before.length + 1;
      taken.set(orderId, [...before, shape.type ?? "order.created"]);
      const report = await world.deliver(makeMessage({ ...shape, orderId, sequence, before }));
      if (report.failedIds.length > 0) throw new Error(`${orderId} ${sequence} was not applied`);
    }
  };
  const items = (table: string) => Object.fromEntries(world.tables.items(table));
  return { take, items, row: world.row, facts: world.tables.factItems };
};

/** The five consumers as they are deployed, watched as the probe is. */
import type { Adjust, Change, Consumer } from "../../lambdas/core/consumer.ts";
import type { JsonObject } from "../../lambdas/core/ledger-row.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { DEPLOYED } from "./handled-by.ts";
import { placeName } from "./place-of.ts";
import { enter } from "./probe.ts";
import type { Invocation } from "./sim-consumer.ts";

/** Counts each event in the same transaction, as the probe does. */
const counted = (consumer: string, id: string, change: Change<JsonObject>): Change<JsonObject> => {
  const count = (table: string, key: string): Adjust => ({
    kind: "adjust",
    table: `${consumer}-${table}`,
    key: { id: key },
    add: { times: 1 },
  });
  const counts = [count("effects", id), count("total", "all")];
  const { otherwise } = change;
  return {
    ...change,
    effects: [...(change.effects ?? []), ...counts],
    ...(otherwise === undefined
      ? {}
      : { otherwise: { ...otherwise, effects: [...(otherwise.effects ?? []), ...counts] } }),
  };
};

/** The deployed consumer of that name, which fails where the world says so. */
export const realConsumer = (
  bus: Bus,
  state: ConsumerState,
  invocation: Invocation,
): Consumer | undefined => {
  const { name } = state.spec;
  const consumer = DEPLOYED[name];
  if (consumer === undefined) return undefined;
  return {
    ...consumer,
    handle: (row, event, settings) => {
      enter(bus, state, invocation, event);
      const change = consumer.handle(row, event, settings);
      return counted(name, placeName(event.orderId, event.sequence), change);
    },
  };
};

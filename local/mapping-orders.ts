/**
 * What an operator has ordered of event source mappings, on disk: one that was paused stays paused
 * when the bus is started again. As on AWS, it holds until a deploy changes the mapping: here, until
 * the template says something else of `Enabled` than it did at the time.
 */
import { existsSync, readFileSync } from "node:fs";
import { writeAtomically } from "./atomic-file.ts";

type Order = { readonly enabled: boolean; readonly template: boolean };

export type MappingOrders = {
  /** Whether to run a mapping of which the template says `template`. Forgets an outdated order. */
  readonly startsEnabled: (id: string, template: boolean) => boolean;
  readonly write: (id: string, order: Order) => void;
};

export const openMappingOrders = (file: string): MappingOrders => {
  const orders = new Map<string, Order>(
    existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, "utf8"))) : [],
  );
  const save = () => writeAtomically(file, JSON.stringify(Object.fromEntries(orders)));
  return {
    startsEnabled: (id, template) => {
      const order = orders.get(id);
      if (order === undefined) return template;
      if (order.template === template) return order.enabled;
      orders.delete(id);
      save();
      return template;
    },
    write: (id, order) => {
      orders.set(id, order);
      save();
    },
  };
};

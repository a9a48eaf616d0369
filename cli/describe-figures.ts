import Table from "cli-table3";
import type { Audit } from "./audit/audit.ts";
import type { Figures } from "./read-figures.ts";

export const count = (value: number): string => value.toLocaleString("en-US");

/** `1 order`, `2 orders`. */
export const countOf = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const resultOf = (consumer: string, figures: Figures): string => {
  const { inventory, loyalty, recommendation, warehouse, fraud } = figures;
  switch (consumer) {
    case "inventory":
      return `${countOf(inventory.reserved, "piece")} reserved, ${count(inventory.shipped)} shipped, of ${countOf(inventory.skus, "SKU")}`;
    case "loyalty":
      return `${countOf(loyalty.points, "point")} for ${countOf(loyalty.customers, "customer")}`;
    case "recommendation":
      return `${countOf(recommendation.bought, "piece")} bought, ${countOf(recommendation.pairs, "pair")} together ${countOf(recommendation.together, "time")}`;
    case "warehouse":
      return countOf(warehouse.facts, "fact");
    case "fraud":
      return `${countOf(fraud.chains, "chain")}, XOR ${fraud.xor.slice(0, 12)}…`;
    default:
      return "";
  }
};

/** Delivered first: what most orders should be. */
const STATUSES = ["delivered", "shipped", "paid", "created", "cancelled"];

const describeOrders = ({ orders, events, final }: Figures): string => {
  const statuses = STATUSES.filter((status) => (final[status] ?? 0) > 0);
  const shares = statuses.map((status) => `${count(final[status] ?? 0)} ${status}`).join(", ");
  return `${countOf(orders, "order")}, ${countOf(events, "event")}\n${shares}`;
};

/** One table: what the tables and queues hold, and whether anything is missing. */
export const describeFigures = (figures: Figures, audit: Audit): string => {
  const table = new Table({
    head: ["", "read back from its tables", "behind", "dead letters"],
    colAligns: ["left", "left", "right", "right"],
    // Colours are for a terminal alone, and this is also read in logs and documents.
    style: { head: [], border: [] },
  });
  table.push(["orders", describeOrders(figures), "", ""]);
  for (const { name, behind, deadLetters } of audit.consumers) {
    const result = resultOf(name.split("@")[0] ?? name, figures);
    table.push([name, result, count(behind), count(deadLetters)]);
  }
  return table.toString();
};

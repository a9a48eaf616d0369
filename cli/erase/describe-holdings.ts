import { count, countOf } from "../describe-figures.ts";
import type { Erased } from "./erase-customer.ts";
import type { HeldBack, Holdings } from "./find-holdings.ts";

const SHOWN = 10;

const BEYOND =
  "Not reached from here: backups (point-in-time recovery keeps 35 days, exports and backups as long as\n" +
  "you keep them), and what your own tables and services keep. Logs and metrics of the bus have no\n" +
  "customer's id.";

const describeBack = ({ orderId, version, behind }: HeldBack): string =>
  `  ${orderId}: ${behind.map(({ consumer, sequence }) => `${consumer} has applied ${sequence} of ${version}`).join(", ")}`;

const heldBackLines = (heldBack: readonly HeldBack[]): string[] =>
  heldBack.length === 0
    ? []
    : [
        `held back: ${countOf(heldBack.length, "order")} with events that are not applied everywhere. Their messages have the id.`,
        ...heldBack.slice(0, SHOWN).map(describeBack),
        ...(heldBack.length > SHOWN ? [`  and ${count(heldBack.length - SHOWN)} more`] : []),
        "Let them be applied, redrive or discard what is dead, and erase again.",
      ];

/** What would be replaced. */
export const describeHoldings = ({ orders, rows, tables, heldBack, pseudonym }: Holdings): string =>
  [
    `orders: ${count(orders.length)}`,
    ...tables.map(
      ({ consumer, table, rows: held }) => `${consumer} ${table}: ${count(held.length)}`,
    ),
    `rows of consumers that name the customer: ${count(rows.length)}`,
    ...(pseudonym === undefined ? [] : [`an erasure was begun, as ${pseudonym}: it goes on`]),
    ...heldBackLines(heldBack),
    BEYOND,
  ].join("\n");

export const describeErased = ({ pseudonym, orders, rows, tables, left }: Erased): string => {
  const all = orders + rows + Object.values(tables).reduce((sum, each) => sum + each, 0);
  const rest = left.heldBack.length;
  return [
    ...heldBackLines(left.heldBack),
    `replaced by ${pseudonym} in ${countOf(all, "place")}: ${countOf(orders, "order")}, ${countOf(rows, "row")}${Object.entries(
      tables,
    )
      .map(([name, number]) => `, ${count(number)} in ${name}`)
      .join(
        "",
      )}${rest === 0 ? "; nothing has the id any more" : `; ${countOf(rest, "order")} held back`}`,
  ].join("\n");
};

import type { DeadOrder } from "../../dead-letters/dead-letter.ts";
import type { DeadLettersView } from "../console-views.ts";
import type { PageFilter } from "../dead-letter-filter.ts";
import type { AskedAct } from "./act-dialog.tsx";
import { Ago } from "./ago.tsx";
import { count, plural } from "./format.ts";
import { OrderFilter } from "./order-filter.tsx";
import { Pager } from "./pager.tsx";

type DeadOrderTableProps = {
  readonly found: NonNullable<DeadLettersView["found"]>;
  readonly filter: PageFilter;
  readonly onFilter: (filter: PageFilter) => void;
  readonly onFrom: (from: number) => void;
  readonly onAct: (asked: AskedAct) => void;
};

/** An unreadable letter has no order that could be shown. */
const OrderLink = ({ orderId }: { readonly orderId: string }) =>
  orderId.startsWith("#") ? (
    <span class="id">{orderId}</span>
  ) : (
    <a class="id" href={`/orders/${encodeURIComponent(orderId)}`}>
      {orderId}
    </a>
  );

type RowProps = { readonly order: DeadOrder; readonly onAct: DeadOrderTableProps["onAct"] };

const Row = ({ order: { orderId, head, letters, seen }, onAct }: RowProps) => (
  <tr>
    <th scope="row" data-label="Order">
      <OrderLink orderId={orderId} />
      {!seen && <span class="tag warn">not in the queue yet</span>}
    </th>
    <td data-label="Dead event" class="nowrap">
      {head.sequence} <span class="soft">{head.eventType}</span>
    </td>
    <td data-label="Cause" class="error">
      {head.cause}
      {head.error !== undefined && <span class="soft"> · {head.error.name}</span>}
    </td>
    <td data-label="Attempts" class="number">
      {count(head.attempts)}
    </td>
    <td data-label="Behind it" class="number">
      {count(letters - 1)}
    </td>
    <td data-label="Dead" class="nowrap">
      <Ago atMs={head.sinceMs} />
    </td>
    <td class="acts">
      <button
        type="button"
        class="button quiet"
        aria-label={`Redrive order ${orderId}`}
        onClick={() => onAct({ what: "redrive", filter: { orderId } })}
      >
        Redrive …
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label={`Discard the dead event of order ${orderId}`}
        onClick={() => onAct({ what: "discard", filter: { orderId } })}
      >
        Discard …
      </button>
    </td>
  </tr>
);

const Heads = () => (
  <thead>
    <tr>
      <th scope="col">Order</th>
      <th scope="col">Dead event</th>
      <th scope="col">Cause</th>
      <th scope="col" class="number">
        Attempts
      </th>
      <th scope="col" class="number">
        Behind it
      </th>
      <th scope="col">Dead</th>
      <th scope="col">
        <span class="sr-only">Acts</span>
      </th>
    </tr>
  </thead>
);

export const DeadOrderTable = (props: DeadOrderTableProps) => {
  const { found, filter, onFilter, onFrom, onAct } = props;
  const { matching, from, size, page } = found;
  return (
    <section class="panel" aria-labelledby="orders-title">
      <div class="panel-head">
        <div>
          <h2 id="orders-title">Orders</h2>
          <p class="soft small">
            {plural(matching.orders, "order")}, {plural(matching.letters, "letter")}
          </p>
        </div>
        <OrderFilter filter={filter} groups={found.groups} onFilter={onFilter} />
      </div>
      {page.length === 0 ? (
        <p class="empty">
          <strong>No order matches</strong> Show all, or look again.
        </p>
      ) : (
        <table class="rows">
          <Heads />
          <tbody>
            {page.map((order) => (
              <Row key={order.orderId} order={order} onAct={onAct} />
            ))}
          </tbody>
        </table>
      )}
      <Pager {...{ from, size, onFrom }} shown={page.length} total={matching.orders} />
    </section>
  );
};

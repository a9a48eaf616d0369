import { useState } from "preact/hooks";
import type { OrderTimeline } from "../../order/read-timeline.ts";
import { OrderTrouble } from "./order-trouble.tsx";
import { PageHead } from "./page-head.tsx";
import { goTo } from "./router.ts";
import { TimelineTable } from "./timeline-table.tsx";
import { useLoaded } from "./use-loaded.ts";

const Search = ({ orderId }: { readonly orderId: string }) => {
  const [text, setText] = useState(orderId);
  const find = (event: Event) => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted !== "") goTo(`/orders/${encodeURIComponent(wanted)}`);
  };
  return (
    <search>
      <form class="order-search" onSubmit={find}>
        <label for="order-id" class="sr-only">
          Order id
        </label>
        <input
          id="order-id"
          class="input id"
          type="search"
          required
          autocomplete="off"
          spellcheck={false}
          placeholder="Order id"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="button main">
          Show
        </button>
      </form>
    </search>
  );
};

const isMoving = ({ consumers }: OrderTimeline): boolean =>
  consumers.some(({ standing }) => standing.kind !== "done" && standing.kind !== "dead");

const summaryOf = (timeline: OrderTimeline): string => {
  const { consumers } = timeline;
  const done = consumers.filter(({ standing }) => standing.kind === "done").length;
  if (done === consumers.length) return "Every consumer has applied all of it.";
  const rest = isMoving(timeline) ? "" : " What is dead there waits for somebody.";
  return `${done} of ${consumers.length} consumers have applied all of it.${rest}`;
};

const Timeline = ({ timeline }: { readonly timeline: OrderTimeline }) => (
  <>
    <p
      class={`notice ${timeline.consumers.every((one) => one.standing.kind === "done") ? "good" : "warn"}`}
    >
      The order is <strong>{timeline.status}</strong>. {summaryOf(timeline)}
    </p>
    <TimelineTable timeline={timeline} />
    {timeline.consumers.map((progress) => (
      <OrderTrouble key={progress.consumer} orderId={timeline.orderId} progress={progress} />
    ))}
  </>
);

/** Read anew with every look at the flow, so that what moves is seen to move. */
const Order = ({ orderId, version }: { readonly orderId: string; readonly version: number }) => {
  const path = `orders/${encodeURIComponent(orderId)}`;
  const { value, error, loading } = useLoaded<OrderTimeline>(path, version);
  if (value !== undefined) return <Timeline timeline={value} />;
  if (loading) return <p class="empty">Reading …</p>;
  return (
    <div class="notice bad" role="alert">
      {error === "no such order" ? `There is no order ${orderId} on this stage.` : error}
    </div>
  );
};

type OrdersPageProps = { readonly orderId: string | undefined; readonly version: number };

export const OrdersPage = ({ orderId, version }: OrdersPageProps) => (
  <>
    <PageHead
      title={orderId === undefined ? "Orders" : `Order ${orderId}`}
      about="Each event of an order, and how far each consumer has come with it."
    >
      <Search key={orderId} orderId={orderId ?? ""} />
    </PageHead>
    {orderId === undefined ? (
      <p class="panel empty">
        <strong>Which order?</strong> Type its id above to see where each of its events is.
      </p>
    ) : (
      <Order key={orderId} orderId={orderId} version={version} />
    )}
  </>
);

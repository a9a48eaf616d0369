import type { ConsumerProgress, OrderTimeline, TimelineEvent } from "../../order/read-timeline.ts";
import { Ago } from "./ago.tsx";
import { eventStanding } from "./event-standing.ts";
import { dateTime } from "./format.ts";

type CellProps = { readonly event: TimelineEvent; readonly progress: ConsumerProgress };

const Cell = ({ event, progress }: CellProps) => {
  const { level, mark, text, atMs } = eventStanding(event, progress);
  return (
    <td data-label={progress.consumer} class={`standing ${level}`}>
      <span title={atMs === undefined ? undefined : dateTime(atMs)}>
        <span class="mark" aria-hidden="true">
          {mark}
        </span>{" "}
        {text}
      </span>
    </td>
  );
};

export const TimelineTable = ({ timeline }: { readonly timeline: OrderTimeline }) => {
  const { events, consumers } = timeline;
  return (
    <section class="panel" aria-label="Timeline">
      <table class="timeline">
        <thead>
          <tr>
            <th scope="col">Event</th>
            {consumers.map(({ consumer }) => (
              <th key={consumer} scope="col">
                {consumer}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <th scope="row">
                <span class="step">{event.sequence}</span> {event.type.replace(/^order\./, "")}
                <span class="soft small step-time">
                  <Ago atMs={Date.parse(event.time)} />
                </span>
              </th>
              {consumers.map((progress) => (
                <Cell key={progress.consumer} event={event} progress={progress} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

import type { ConsumerProgress, Standing, Tried } from "../../order/read-timeline.ts";
import { Ago } from "./ago.tsx";
import { plural } from "./format.ts";

const Attempts = ({ tried: { attempts, firstMs, lastMs } }: { readonly tried: Tried }) => (
  <p class="small soft">
    {plural(attempts, "attempt")}
    {firstMs !== undefined && (
      <>
        , the first <Ago atMs={firstMs} />
      </>
    )}
    {lastMs !== undefined && lastMs !== firstMs && (
      <>
        , the last <Ago atMs={lastMs} />
      </>
    )}
  </p>
);

const Failure = ({ error }: { readonly error: NonNullable<Tried["error"]> }) => (
  <div class="failure">
    <p>
      <strong>{error.name}</strong> {error.message}
    </p>
    {error.stack !== undefined && (
      <details>
        <summary>Stack</summary>
        {/* It scrolls, so the keyboard must reach it. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above. */}
        <pre tabIndex={0}>{error.stack}</pre>
      </details>
    )}
  </div>
);

const titleOf = (standing: Exclude<Standing, { kind: "done" | "behind" }>): string => {
  switch (standing.kind) {
    case "dead":
      return `gave up on event ${standing.seq}: ${standing.cause}`;
    case "retrying":
      return `tries event ${standing.seq} again and again`;
    case "running":
      return `is trying event ${standing.seq}`;
  }
};

const Stuck = ({ orderId, progress }: OrderTroubleProps) => {
  const { consumer, standing, followers } = progress;
  if (standing.kind === "done" || standing.kind === "behind") return null;
  const { error } = standing;
  return (
    <section class={`notice ${standing.kind === "dead" ? "bad" : "warn"} trouble`}>
      <h2>
        {consumer} {titleOf(standing)}
      </h2>
      {error !== undefined && <Failure error={error} />}
      <Attempts tried={standing} />
      {followers > 0 && <p class="small">{plural(followers, "event")} of this order behind it.</p>}
      {standing.kind === "dead" && (
        <a class="button" href={`/dead-letters/${consumer}?orderId=${encodeURIComponent(orderId)}`}>
          Redrive or discard …
        </a>
      )}
    </section>
  );
};

type OrderTroubleProps = { readonly orderId: string; readonly progress: ConsumerProgress };

/** What holds the order back at one consumer, and what was given up there. */
export const OrderTrouble = (props: OrderTroubleProps) => (
  <>
    <Stuck {...props} />
    {props.progress.discarded.map(({ seq, who, why, atMs, cause }) => (
      <section key={seq} class="notice warn trouble">
        <h2>
          {props.progress.consumer}: event {seq} was discarded by {who}, <Ago atMs={atMs} />
        </h2>
        <p>
          {why} <span class="soft">({cause})</span>
        </p>
      </section>
    ))}
  </>
);

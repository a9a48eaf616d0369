import type { SessionView } from "../console-views.ts";
import { ago, shortCount } from "./format.ts";
import type { Live } from "./use-live.ts";
import { useNow } from "./use-now.ts";

const PAGES = [
  ["", "Flow"],
  ["orders", "Orders"],
  ["dead-letters", "Dead letters"],
  ["admission", "Admission"],
] as const;

/** Younger is called live: on AWS the stage is read more seldom than that. */
const LIVE_MS = 5_000;

const deadLetters = ({ flow }: Live): number =>
  (flow?.status.consumers ?? []).reduce((sum, consumer) => sum + consumer.deadLetters, 0);

const Freshness = ({ live: { flow, trouble } }: { readonly live: Live }) => {
  const nowMs = useNow();
  if (flow === undefined) return <p class="freshness">{trouble ? "no answer" : "reading …"}</p>;
  const { atMs } = flow.status;
  const isLive = trouble === undefined && nowMs - atMs < LIVE_MS;
  const text = isLive ? "live" : `as of ${ago(atMs, nowMs)}`;
  return (
    <p class="freshness">
      <span class={trouble === undefined ? "dot" : "dot stale"} />
      {text}
    </p>
  );
};

type TopBarProps = {
  readonly session: SessionView;
  readonly live: Live;
  readonly section: string;
};

export const TopBar = ({ session, live, section }: TopBarProps) => {
  const dead = deadLetters(live);
  return (
    <header class="top">
      <div class="top-row">
        <a class="brand" href="/">
          <img src="/assets/icon.svg" alt="" />
          {session.stageName}
        </a>
        <nav class="nav" aria-label="Pages">
          {PAGES.map(([path, title]) => (
            <a key={path} href={`/${path}`} aria-current={path === section ? "page" : undefined}>
              {title}
              {path === "dead-letters" && dead > 0 && <span class="badge">{shortCount(dead)}</span>}
            </a>
          ))}
        </nav>
        <Freshness live={live} />
      </div>
    </header>
  );
};

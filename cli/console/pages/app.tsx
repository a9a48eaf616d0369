import { useEffect, useRef, useState } from "preact/hooks";
import type { SessionView } from "../console-views.ts";
import { AdmissionPage } from "./admission-page.tsx";
import { openSession } from "./api.ts";
import { DeadLettersPage } from "./dead-letters-page.tsx";
import { FlowPage } from "./flow-page.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { OrdersPage } from "./orders-page.tsx";
import { followLink, usePath } from "./router.ts";
import { TopBar } from "./top-bar.tsx";
import { type Live, useLive } from "./use-live.ts";

export type PageProps = { readonly session: SessionView; readonly live: Live };

const Page = ({ path, ...props }: PageProps & { readonly path: readonly string[] }) => {
  switch (path[0]) {
    case undefined:
      return <FlowPage {...props} />;
    case "admission":
      return <AdmissionPage {...props} />;
    case "orders":
      return <OrdersPage orderId={path[1]} version={props.live.flow?.status.atMs ?? 0} />;
    case "dead-letters":
      return <DeadLettersPage {...props} consumer={path[1]} />;
    default:
      return <NotFoundPage />;
  }
};

/** After a change of page the focus goes to its heading, as it would after a load. */
const useFocusOnHeading = (path: readonly string[]): void => {
  const first = useRef(true);
  const page = path.join("/");
  useEffect(() => {
    const heading = document.querySelector("h1");
    document.title = `${heading?.textContent ?? ""} · Order event bus`;
    if (!first.current) heading?.focus();
    first.current = false;
  }, [page]);
};

const Console = ({ session }: { readonly session: SessionView }) => {
  const path = usePath();
  const live = useLive();
  useFocusOnHeading(path);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: it is the links inside that are clicked.
    // biome-ignore lint/a11y/noStaticElementInteractions: as above.
    <div onClick={followLink}>
      <a class="skip button main" href="#main">
        Skip to the page
      </a>
      <TopBar session={session} live={live} section={path[0] ?? ""} />
      <main id="main" tabIndex={-1}>
        <Page session={session} live={live} path={path} />
      </main>
      <footer class="foot">
        Changes are made as <strong>{session.operator}</strong>.
      </footer>
    </div>
  );
};

export const App = () => {
  const [session, setSession] = useState<SessionView>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    openSession().then(setSession, ({ message }: Error) => setError(message));
  }, []);
  if (session !== undefined) return <Console session={session} />;
  if (error === undefined) return <p class="empty">Opening …</p>;
  return (
    <main class="no-session">
      <h1>The console cannot be opened</h1>
      <p role="alert">{error}</p>
    </main>
  );
};

import { useEffect, useState } from "preact/hooks";
import type { ConsumerStatus } from "../../status/read-status.ts";
import type { DeadLettersView } from "../console-views.ts";
import type { PageFilter } from "../dead-letter-filter.ts";
import { ActDialog, type AskedAct } from "./act-dialog.tsx";
import { ActList } from "./act-list.tsx";
import type { PageProps } from "./app.tsx";
import { CauseTable } from "./cause-table.tsx";
import { ConsumerTabs } from "./consumer-tabs.tsx";
import { DeadOrderTable } from "./dead-order-table.tsx";
import { LookLine } from "./look-line.tsx";
import { PageHead } from "./page-head.tsx";
import { Trouble } from "./trouble.tsx";
import { useLoaded } from "./use-loaded.ts";

const firstWithLetters = (consumers: readonly ConsumerStatus[]): string | undefined =>
  consumers.find(({ deadLetters }) => deadLetters > 0)?.name;

const useDeadLetters = (consumer: string, looks: number, filter: PageFilter, from: number) => {
  const query = new URLSearchParams({ ...filter, from: String(from) });
  return useLoaded<DeadLettersView>(`dead-letters/${consumer}?${query}`, looks);
};

/** A link of an order's page names the order. */
const filterInAddress = (): PageFilter => {
  const orderId = new URLSearchParams(location.search).get("orderId");
  return orderId === null ? {} : { orderId };
};

type LettersProps = PageProps & { readonly consumer: string };

const Letters = ({ consumer, live, session }: LettersProps) => {
  const [filter, setFilter] = useState<PageFilter>(filterInAddress);
  const [from, setFrom] = useState(0);
  const [asked, setAsked] = useState<AskedAct>();
  const look = live.looks.find((one) => one.consumer === consumer);
  const { value, error } = useDeadLetters(consumer, look?.looks ?? 0, filter, from);
  const choose = (next: PageFilter) => {
    setFilter(next);
    setFrom(0);
  };
  const found = value?.found;
  // What was redriven is gone: a page that no longer exists is left.
  const total = found?.matching.orders ?? 0;
  useEffect(() => {
    if (from > 0 && found !== undefined && from >= total) setFrom(0);
  }, [from, found, total]);
  return (
    <>
      <ActList acts={live.acts.filter((act) => act.consumer === consumer)} />
      <LookLine consumer={consumer} look={look ?? value?.look} found={found} error={error} />
      {found !== undefined && found.orders > 0 && (
        <>
          <CauseTable
            {...{ consumer, filter }}
            groups={found.groups}
            onChoose={choose}
            onAct={setAsked}
          />
          <DeadOrderTable
            {...{ found, filter }}
            onFilter={choose}
            onFrom={setFrom}
            onAct={setAsked}
          />
        </>
      )}
      {asked !== undefined && (
        <ActDialog
          {...{ asked, consumer }}
          stageName={session.stageName}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
};

export const DeadLettersPage = ({
  consumer,
  ...props
}: PageProps & { readonly consumer: string | undefined }) => {
  const { live, session } = props;
  const consumers = live.flow?.status.consumers ?? [];
  const shown = consumer ?? firstWithLetters(consumers) ?? session.consumers[0] ?? "";
  return (
    <>
      <PageHead
        title="Dead letters"
        about="Events that a consumer gave up on. Each holds back the later events of its order there, and of no other order."
      />
      <Trouble live={live} />
      <ConsumerTabs names={session.consumers} consumers={consumers} shown={shown} />
      <Letters key={shown} consumer={shown} {...props} />
    </>
  );
};

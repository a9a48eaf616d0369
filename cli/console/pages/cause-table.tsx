import type { CauseGroup } from "../../dead-letters/group-by-cause.ts";
import type { PageFilter } from "../dead-letter-filter.ts";
import type { AskedAct } from "./act-dialog.tsx";
import { Ago } from "./ago.tsx";
import { count } from "./format.ts";

type CauseTableProps = {
  readonly consumer: string;
  readonly groups: readonly CauseGroup[];
  readonly filter: PageFilter;
  readonly onChoose: (filter: PageFilter) => void;
  readonly onAct: (asked: AskedAct) => void;
};

const filterOf = ({ cause, eventType, errorName }: CauseGroup): PageFilter => ({
  cause,
  ...(eventType === undefined ? {} : { eventType }),
  ...(errorName === undefined ? {} : { errorName }),
});

const isChosen = (filter: PageFilter, group: CauseGroup): boolean => {
  const { cause, eventType, errorName } = filterOf(group);
  return filter.cause === cause && filter.eventType === eventType && filter.errorName === errorName;
};

type RowProps = Omit<CauseTableProps, "groups" | "consumer"> & { readonly group: CauseGroup };

const Row = ({ group, filter, onChoose, onAct }: RowProps) => {
  const chosen = isChosen(filter, group);
  const own = filterOf(group);
  const what = `${group.cause}, ${group.eventType ?? "unknown type"}`;
  return (
    <tr class={chosen ? "chosen" : undefined}>
      <th scope="row" data-label="Cause">
        <button
          type="button"
          class="button quiet link"
          aria-pressed={chosen}
          onClick={() => onChoose(chosen ? {} : own)}
        >
          {group.cause}
        </button>
      </th>
      <td data-label="Event">{group.eventType ?? "–"}</td>
      <td data-label="Error" class="error">
        {group.errorName !== undefined && (
          <>
            <strong>{group.errorName}</strong> <span class="soft">{group.errorMessage}</span>
          </>
        )}
      </td>
      <td data-label="Orders" class="number">
        {count(group.orders)}
      </td>
      <td data-label="Letters" class="number">
        {count(group.letters)}
      </td>
      <td data-label="Oldest" class="nowrap">
        <Ago atMs={group.sinceMs} />
      </td>
      <td class="acts">
        <button
          type="button"
          class="button"
          aria-label={`Redrive ${what}`}
          onClick={() => onAct({ what: "redrive", filter: own })}
        >
          Redrive …
        </button>
        <button
          type="button"
          class="button"
          aria-label={`Discard ${what}`}
          onClick={() => onAct({ what: "discard", filter: own })}
        >
          Discard …
        </button>
      </td>
    </tr>
  );
};

export const CauseTable = ({ groups, consumer, ...rest }: CauseTableProps) => (
  <section class="panel" aria-labelledby="causes-title">
    <div class="panel-head">
      <h2 id="causes-title">By cause</h2>
      <button
        type="button"
        class="button main"
        onClick={() => rest.onAct({ what: "redrive", filter: {} })}
      >
        Redrive all of {consumer} …
      </button>
    </div>
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Cause</th>
          <th scope="col">Event</th>
          <th scope="col">Error</th>
          <th scope="col" class="number">
            Orders
          </th>
          <th scope="col" class="number">
            Letters
          </th>
          <th scope="col">Oldest</th>
          <th scope="col">
            <span class="sr-only">Acts</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <Row key={JSON.stringify(filterOf(group))} group={group} {...rest} />
        ))}
      </tbody>
    </table>
  </section>
);

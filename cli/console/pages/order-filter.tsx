import { useState } from "preact/hooks";
import type { CauseGroup } from "../../dead-letters/group-by-cause.ts";
import type { PageFilter } from "../dead-letter-filter.ts";

type OrderFilterProps = {
  readonly filter: PageFilter;
  readonly groups: readonly CauseGroup[];
  readonly onFilter: (filter: PageFilter) => void;
};

const distinct = (values: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(values)].filter((value) => value !== undefined).toSorted();

const withPart = (filter: PageFilter, key: keyof PageFilter, value: string): PageFilter => {
  const { [key]: _, ...others } = filter;
  return value === "" ? others : { ...others, [key]: value };
};

type ChoiceProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly values: readonly string[];
  readonly onChange: (value: string) => void;
};

const Choice = ({ label, value = "", values, onChange }: ChoiceProps) => (
  <select
    class="input"
    aria-label={label}
    value={value}
    onChange={({ currentTarget }) => onChange(currentTarget.value)}
  >
    <option value="">{label}: all</option>
    {values.map((one) => (
      <option key={one} value={one}>
        {one}
      </option>
    ))}
  </select>
);

export const OrderFilter = ({ filter, groups, onFilter }: OrderFilterProps) => {
  const [orderId, setOrderId] = useState(filter.orderId ?? "");
  const set = (key: keyof PageFilter) => (value: string) => onFilter(withPart(filter, key, value));
  const find = (event: Event) => {
    event.preventDefault();
    set("orderId")(orderId.trim());
  };
  return (
    <search class="filter">
      <Choice
        label="Cause"
        value={filter.cause}
        values={distinct(groups.map(({ cause }) => cause))}
        onChange={set("cause")}
      />
      <Choice
        label="Event"
        value={filter.eventType}
        values={distinct(groups.map(({ eventType }) => eventType))}
        onChange={set("eventType")}
      />
      <form class="filter-order" onSubmit={find}>
        <input
          class="input"
          type="search"
          aria-label="Order id"
          placeholder="Order id"
          value={orderId}
          onInput={({ currentTarget }) => setOrderId(currentTarget.value)}
        />
        <button type="submit" class="button">
          Find
        </button>
      </form>
      <button
        type="button"
        class="button quiet"
        disabled={Object.keys(filter).length === 0}
        onClick={() => {
          setOrderId("");
          onFilter({});
        }}
      >
        Show all
      </button>
    </search>
  );
};

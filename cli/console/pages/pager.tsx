import { count } from "./format.ts";

type PagerProps = {
  readonly from: number;
  readonly shown: number;
  readonly total: number;
  /** Of a whole page. */
  readonly size: number;
  readonly onFrom: (from: number) => void;
};

export const Pager = ({ from, shown, total, size, onFrom }: PagerProps) => {
  const last = Math.max(0, Math.floor((total - 1) / size) * size);
  const jumps = [
    ["First", 0, from === 0],
    ["Previous", from - size, from === 0],
    ["Next", from + size, from >= last],
    ["Last", last, from >= last],
  ] as const;
  return (
    <nav class="pager" aria-label="Pages of orders">
      <p role="status">
        {total === 0 ? "0" : `${count(from + 1)} to ${count(from + shown)}`} of {count(total)}
      </p>
      {jumps.map(([label, to, isEnd]) => (
        <button
          key={label}
          type="button"
          class="button"
          // Not disabled: the focus would be lost with the last page.
          aria-disabled={isEnd}
          onClick={() => !isEnd && onFrom(to)}
        >
          {label}
        </button>
      ))}
    </nav>
  );
};

import { useEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import { NOTHING } from "./format.ts";

export type ChartProps = {
  readonly title: string;
  readonly unit: string;
  readonly names: readonly string[];
  readonly show: (value: number) => string;
  /** As `show`, for the round numbers of an axis. */
  readonly tick: (value: number) => string;
  /** The least that the axis goes up to. */
  readonly least: number;
  /** Epoch seconds. */
  readonly times: readonly number[];
  /** The right end. */
  readonly nowSeconds: number;
  /** One a name, as long as `times`; null: not known. */
  readonly series: readonly (readonly (number | null)[])[];
};

const HEIGHT = 190;
/** Told apart without colours too. */
const DASHES = [[], [7, 3], [2, 3], [10, 3, 2, 3], [4, 2]];
/** So much time is shown, however little of it is known. */
const SHOWN_SECONDS = 15 * 60;
const STEPS = [180, 300, 600];

const colour = (name: string): string => getComputedStyle(document.body).getPropertyValue(name);

/** The computed colour of a variable that says `light-dark(…)`. */
const resolved = (name: string): string => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color || colour(name);
};

const axis = (extra: Partial<UPlot.Axis>): UPlot.Axis => ({
  stroke: resolved("--ink-soft"),
  font: '11px "Inter", sans-serif',
  grid: { stroke: resolved("--line"), width: 1 },
  ticks: { show: false },
  ...extra,
});

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const optionsOf = (
  { names, tick, least }: ChartProps,
  { width, now }: { readonly width: number; readonly now: () => number },
): UPlot.Options => ({
  width,
  height: HEIGHT,
  legend: { show: false },
  cursor: { drag: { x: false, y: false }, points: { size: 6 } },
  padding: [8, 20, 0, 0],
  scales: {
    x: { range: () => [now() - SHOWN_SECONDS, now()] },
    y: { range: (_, __, top) => [0, Math.max(least, (top ?? 0) * 1.1)] },
  },
  axes: [
    axis({
      space: 60,
      size: 24,
      incrs: STEPS,
      values: (_, ticks) => ticks.map((at) => clock.format(at * 1_000)),
    }),
    axis({ size: 52, space: 34, values: (_, ticks) => ticks.map(tick) }),
  ],
  series: [
    {},
    ...names.map((label, index) => ({
      label,
      stroke: resolved(`--series-${index % 5}`),
      width: 1.75,
      dash: DASHES[index % DASHES.length] ?? [],
      points: { size: 4 },
    })),
  ],
});

const dataOf = ({ times, series }: ChartProps): UPlot.AlignedData =>
  [times, ...series] as unknown as UPlot.AlignedData;

/** What the drawing shows, for who cannot see it. */
const inWords = ({ names, series, show }: ChartProps): string =>
  names
    .map((name, index) => {
      const last = series[index]?.findLast((value) => value !== null);
      return `${name} ${last === undefined || last === null ? NOTHING : show(last)}`;
    })
    .join(", ");

/** Light and dark have other colours, which a canvas does not learn of by itself. */
const useScheme = (): boolean => {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const change = () => setDark(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [query]);
  return dark;
};

const useDrawing = (props: ChartProps) => {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const latest = useRef(props.nowSeconds);
  latest.current = props.nowSeconds;
  const dark = useScheme();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const drawn = new UPlot(
      optionsOf(props, { width: element.clientWidth, now: () => latest.current }),
      dataOf(props),
      element,
    );
    plot.current = drawn;
    const fit = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    fit.observe(element);
    return () => {
      fit.disconnect();
      drawn.destroy();
    };
  }, [dark, props.names.join()]);
  useEffect(() => plot.current?.setData(dataOf(props)), [props.times, props.nowSeconds]);
  return place;
};

export const Chart = (props: ChartProps) => {
  const place = useDrawing(props);
  const isEmpty = !props.series.some((values) => values.some((value) => value !== null));
  return (
    <figure class="chart panel">
      <figcaption>
        <strong>{props.title}</strong> <span class="soft small">{props.unit}</span>
        <span class="sr-only">. Now: {inWords(props)}</span>
      </figcaption>
      <div class="chart-place" ref={place} aria-hidden="true" />
      {isEmpty && <p class="chart-empty soft small">Nothing measured yet</p>}
    </figure>
  );
};

import { useMemo } from "preact/hooks";
import type { FlowPoint, FlowView, MinutesView } from "../console-views.ts";
import { Chart, type ChartProps } from "./chart.tsx";
import { milliseconds, number, rate, shortCount } from "./format.ts";

type FlowChartsProps = {
  readonly consumers: readonly string[];
  readonly flow: FlowView | undefined;
  readonly points: readonly FlowPoint[];
};

type Figures = Pick<ChartProps, "times" | "series">;

const NO_MINUTES: MinutesView = { endsMs: [], consumers: [] };
const perSecond = (count: number | null): number | null => (count === null ? null : count / 60);

const ofMinutes = (
  { endsMs, consumers }: MinutesView,
  names: readonly string[],
  read: (consumer: MinutesView["consumers"][number]) => readonly (number | null)[],
): Figures => ({
  times: endsMs.map((at) => at / 1_000),
  series: names.map((name) => {
    const consumer = consumers.find((one) => one.name === name);
    return consumer === undefined ? endsMs.map(() => null) : read(consumer);
  }),
});

const ofPoints = (points: readonly FlowPoint[], names: readonly string[]): Figures => ({
  times: points.map(({ atMs }) => atMs / 1_000),
  series: names.map((_, index) => points.map(({ backlog }) => backlog[index] ?? null)),
});

const Legend = ({ names }: { readonly names: readonly string[] }) => (
  <ul class="legend">
    {names.map((name, index) => (
      <li key={name} class={`series-${index % 5}`}>
        <span class="swatch" aria-hidden="true" /> {name}
      </li>
    ))}
  </ul>
);

const RATE = { title: "Applied", unit: "events a second", show: rate, tick: number, least: 2 };
const BACKLOG = {
  ...{ title: "Backlog", unit: "events waiting or in work" },
  ...{ show: shortCount, tick: number, least: 8 },
};
const LATENCY = {
  ...{ title: "Latency", unit: "median, step to effect" },
  ...{ show: milliseconds, tick: milliseconds, least: 400 },
};

export const FlowCharts = ({ consumers: names, flow, points }: FlowChartsProps) => {
  const minutes = flow?.minutes ?? NO_MINUTES;
  const nowSeconds = (flow?.status.atMs ?? Date.now()) / 1_000;
  const applied = useMemo(
    () => ofMinutes(minutes, names, (one) => one.applied.map(perSecond)),
    [minutes, names],
  );
  const latency = useMemo(
    () => ofMinutes(minutes, names, (one) => one.latencyMs),
    [minutes, names],
  );
  const backlog = useMemo(() => ofPoints(points, names), [points, names]);
  const common = { names, nowSeconds };
  return (
    <section aria-labelledby="charts-title" class="charts-section">
      <div class="charts-head">
        <h2 id="charts-title">The last 15 minutes</h2>
        <Legend names={names} />
      </div>
      <div class="charts">
        <Chart {...RATE} {...common} {...applied} />
        <Chart {...BACKLOG} {...common} {...backlog} />
        <Chart {...LATENCY} {...common} {...latency} />
      </div>
    </section>
  );
};

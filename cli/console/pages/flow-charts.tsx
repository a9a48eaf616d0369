import { useMemo } from "preact/hooks";
import type { FlowPoint } from "../console-views.ts";
import { Chart } from "./chart.tsx";
import { milliseconds, number, rate, shortCount } from "./format.ts";

type FlowChartsProps = {
  readonly consumers: readonly string[];
  readonly points: readonly FlowPoint[];
};

const CHARTS = [
  {
    of: "appliedPerSecond",
    title: "Applied",
    unit: "events a second",
    show: rate,
    tick: number,
    least: 1,
  },
  {
    of: "backlog",
    title: "Backlog",
    unit: "events waiting or in work",
    show: shortCount,
    tick: number,
    least: 8,
  },
  {
    of: "latencyMs",
    title: "Latency",
    unit: "median, step to effect",
    show: milliseconds,
    tick: milliseconds,
    least: 400,
  },
] as const;

export const FlowCharts = ({ consumers, points }: FlowChartsProps) => {
  const times = useMemo(() => points.map(({ atMs }) => atMs / 1_000), [points]);
  return (
    <section aria-labelledby="charts-title" class="charts-section">
      <div class="charts-head">
        <h2 id="charts-title">The last minutes</h2>
        <ul class="legend">
          {consumers.map((name, index) => (
            <li key={name} class={`series-${index % 5}`}>
              <span class="swatch" aria-hidden="true" /> {name}
            </li>
          ))}
        </ul>
      </div>
      <div class="charts">
        {CHARTS.map(({ of, ...chart }) => (
          <Chart
            key={of}
            {...{ ...chart, times, names: consumers }}
            series={consumers.map((_, index) => points.map((point) => point[of][index] ?? null))}
          />
        ))}
      </div>
    </section>
  );
};

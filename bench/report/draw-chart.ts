/** A chart as the text of an SVG file: the same chart gives the same bytes. */
import { BarChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Chart } from "../part.ts";
import { formatNumber } from "./format-number.ts";

use([BarChart, GridComponent, SVGRenderer]);

/** Of the page that shows it; a browser picks the one that its reader prefers. */
export const THEMES = {
  light: { text: "#1f2328", line: "#d1d9e0", bar: "#0969da" },
  dark: { text: "#f0f6fc", line: "#3d444d", bar: "#4493f8" },
} as const;

export type Theme = keyof typeof THEMES;

const WIDTH = 760;
const LABELS_WIDTH = 260;
/** Without a browser the width of a text is guessed: fonts differ by a quarter. */
const BREAK_AT_WIDTH = 195;
const VALUES_WIDTH = 150;
const BAR_HEIGHT = 36;
const FONT = { fontFamily: "system-ui, sans-serif", fontSize: 13 };

const optionOf = ({ unit, bars }: Chart, theme: Theme) => {
  const { text, line, bar } = THEMES[theme];
  const font = { ...FONT, color: text };
  return {
    animation: false,
    grid: { left: LABELS_WIDTH, right: VALUES_WIDTH, top: 4, bottom: 4 },
    xAxis: { type: "value", show: false, min: 0, max: "dataMax" },
    yAxis: {
      ...{ type: "category", inverse: true, silent: true },
      ...{ axisTick: { show: false }, axisLine: { lineStyle: { color: line } } },
      axisLabel: { ...font, width: BREAK_AT_WIDTH, overflow: "break", interval: 0 },
      data: bars.map(({ label }) => label),
    },
    series: {
      ...{ type: "bar", silent: true, barWidth: "60%", itemStyle: { color: bar } },
      data: bars.map(({ value }) => ({
        value,
        label: {
          ...{ show: true, position: "right", formatter: `${formatNumber(value)} ${unit}` },
          ...{ ...font, textBorderWidth: 0 },
        },
      })),
    },
  } as const;
};

/** An image is not hovered over, and the names for it count the charts of the process. */
const withoutHover = (svg: string): string =>
  svg.replaceAll(/ class="zr[^"]*"/g, "").replace(/<style .*<\/style>\n/s, "");

const withTitle = (svg: string, title: string): string => {
  const text = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return svg.replace(">", () => `><title>${text}</title>`);
};

export const drawChart = (chart: Chart, theme: Theme): string => {
  const height = 8 + chart.bars.length * BAR_HEIGHT;
  const drawn = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    drawn.setOption(optionOf(chart, theme));
    return withTitle(withoutHover(drawn.renderToSVGString()), chart.title);
  } finally {
    drawn.dispose();
  }
};

import type { Theme } from "./draw-chart.ts";

/** `effects-write-units-an-event-light.svg` */
export const chartFile = (part: string, title: string, theme: Theme): string => {
  const words = `${part} ${title}`.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return `${words.join("-")}-${theme}.svg`;
};

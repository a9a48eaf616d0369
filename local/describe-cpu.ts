import { cpuByPart } from "./cpu-by-part.ts";
import type { EmbeddedBus } from "./embedded-bus.ts";

/** Processor seconds by part of the running bus, most first: where the time goes on one machine. */
export const describeCpu = (bus: EmbeddedBus): string =>
  [...cpuByPart(bus)]
    .sort(([, a], [, b]) => b - a)
    .map(([part, seconds]) => {
      const name = part === "runtime" ? "runtime and player" : part;
      return `${name} ${seconds.toFixed(1)} s`;
    })
    .join(", ");

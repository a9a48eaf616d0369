import type { RuntimeMeter } from "../../local/alarms/runtime-meter.ts";

/** For what runs by itself, with nobody who measures it. */
export const silentMeter: RuntimeMeter = {
  invoked: () => {},
  readStream: () => {},
  received: () => {},
  deleted: () => {},
  printed: () => {},
};

import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { doorAt } from "../core/admission.ts";
import type { TickReport } from "../core/tick-admission.ts";

/** One metric a look, 0 or 1, and a line in the log when the gauges have moved the door. */
export const admissionTelemetry = () => {
  const logger = new Logger();
  const metrics = new Metrics();
  return ({ before, after, signals }: TickReport): void => {
    const isClosed = doorAt(after, after.decidedAtMs).kind === "closed";
    metrics.addMetric("AdmissionClosed", MetricUnit.Count, isClosed ? 1 : 0);
    metrics.publishStoredMetrics();
    const { position, pressures, forced } = after;
    const about = { position, pressures, signals, ...(forced === undefined ? {} : { forced }) };
    if (before.position !== position) logger.warn("the door has moved", about);
    else logger.debug("the door stays", about);
  };
};

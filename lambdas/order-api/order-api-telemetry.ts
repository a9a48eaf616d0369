import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { StepOutcome } from "../core/take-step.ts";
import type { ApiReport } from "./order-api.ts";

const METRICS: Record<StepOutcome["kind"], string> = {
  accepted: "Accepted",
  repeated: "Repeated",
  "key reused": "Refused",
  "not found": "Refused",
  "exists already": "Refused",
  conflict: "Refused",
  "too large": "Refused",
  busy: "Busy",
  closed: "Closed",
};

const metricOf = (report: ApiReport): string => {
  switch (report.kind) {
    case "step":
      return METRICS[report.outcome];
    case "refused":
      return "Refused";
    case "admission unknown":
      return "AdmissionUnknown";
    case "error":
      return "Error";
  }
};
const WARNINGS = new Set(["Busy", "Closed", "AdmissionUnknown"]);

const about = (error: unknown) =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: "Thrown", message: "a value that is no Error" };

/** Metrics and one line a request, with ids and codes but nothing of what was sent. */
export const orderApiTelemetry = (): ((report: ApiReport) => void) => {
  const logger = new Logger();
  const metrics = new Metrics();
  return (report) => {
    const metric = metricOf(report);
    metrics.addMetric(metric, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    const { kind, ...fields } = report;
    if (report.kind === "error") {
      logger.error("unexpected error", { ...fields, error: about(report.error) });
    } else if (WARNINGS.has(metric)) logger.warn(kind, fields);
    else logger.debug(kind, fields);
  };
};

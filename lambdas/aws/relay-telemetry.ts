import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { RelayFault, RelayReport } from "../core/relay-batch.ts";

/** Codes only: an error's message may repeat what somebody sent. */
const about = ({ orderId, sequence, error }: RelayFault) => ({
  orderId,
  sequence,
  error: error.name,
});

export const relayTelemetry = () => {
  const logger = new Logger();
  const metrics = new Metrics();
  return (report: RelayReport): void => {
    const counts = {
      Published: report.published,
      Failed: report.failed.length,
      Unsendable: report.unsendable.length,
      Withheld: report.withheld,
      Untried: report.untried,
    };
    for (const [name, count] of Object.entries(counts)) {
      if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
    }
    metrics.publishStoredMetrics();
    for (const fault of report.unsendable) logger.error("unsendable: parked", about(fault));
    // An outage fails whole batches: the first ten tell what is wrong.
    for (const fault of report.failed.slice(0, 10)) logger.warn("not published", about(fault));
  };
};

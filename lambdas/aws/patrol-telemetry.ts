import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { PatrolReport } from "../core/patrol-orders.ts";

const SHOWN = 20;

/** Counts of the run, and a line for each order newly behind. */
export const patrolTelemetry = () => {
  const logger = new Logger();
  const metrics = new Metrics();
  return (report: PatrolReport): void => {
    const { audited, skipped, behind, retrying, parked, found, round } = report;
    metrics.addMetric("OrdersAudited", MetricUnit.Count, audited);
    metrics.addMetric("OrdersBehind", MetricUnit.Count, behind);
    metrics.publishStoredMetrics();
    for (const { orderId, consumer, next } of found.slice(0, SHOWN)) {
      logger.warn("an order is behind", { orderId, consumer, missing: next });
    }
    if (skipped.length > 0) {
      logger.warn("a piece was not audited at consumers with a backlog", { consumers: skipped });
    }
    const counts = { audited, behind, retrying, parked, found: found.length };
    if (round !== undefined) logger.info("the end of the table has been reached", { items: round });
    logger.debug("a piece has been audited", counts);
  };
};

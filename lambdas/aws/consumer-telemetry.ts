import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Result } from "../core/give-back.ts";

export type Telemetry = {
  readonly logger: Logger;
  readonly record: (results: readonly Result[]) => void;
};

const METRICS = {
  applied: "Applied",
  duplicate: "Duplicate",
  ignored: "Ignored",
  retried: "Retried",
  postponed: "Postponed",
  parked: "Parked",
  dead: "Dead",
} as const;

/** Ids and codes only: an error's message may repeat what somebody sent. */
const about = ({ arrival: { orderId, sequence, eventType, message, content } }: Result) => ({
  orderId,
  sequence,
  eventType,
  messageId: message.messageId,
  receiveCount: message.receiveCount,
  ...(content.kind === "event"
    ? { eventId: content.event.id, traceparent: content.event.traceparent }
    : { notAnEvent: content.error.name }),
});

const isVerbose = (logger: Logger): boolean => ["TRACE", "DEBUG"].includes(logger.getLevelName());

const log = (logger: Logger, result: Result): void => {
  const { outcome } = result;
  switch (outcome.kind) {
    case "applied":
    case "duplicate":
    case "ignored":
    case "parked":
      // To tell of an event reads all of it, which nothing else does where it is not applied.
      if (isVerbose(logger)) logger.debug(outcome.kind, about(result));
      return;
    case "retried":
      logger.warn("retried", { ...about(result), error: outcome.error.name });
      return;
    case "postponed":
      logger.warn("postponed", { ...about(result), reason: outcome.reason });
      return;
    case "dead":
      if (outcome.decided === "now") {
        logger.error("dead", { ...about(result), cause: outcome.cause });
      }
  }
};

/** A decision is counted once, when it is made; the bounces after it are not. */
const counts = ({ outcome }: Result): boolean =>
  outcome.kind !== "dead" || outcome.decided === "now";

type Kind = Result["outcome"]["kind"];

/** What shares of the attempts are worked out from: one that is 0 is not to be missing. */
const ATTEMPTS: readonly Kind[] = ["applied", "retried", "postponed"];

/** Where all goes well, what went well; where something failed, also what did not happen. */
const told = (groups: ReadonlyMap<Kind, unknown>): readonly Kind[] => {
  const failed = groups.has("retried") || groups.has("postponed");
  return [...new Set([...groups.keys(), ...(failed ? ATTEMPTS : [])])];
};

export const consumerTelemetry = (consumer: string): Telemetry => {
  const logger = new Logger({ persistentKeys: { consumer } });
  const metrics = new Metrics({ defaultDimensions: { consumer } });
  return {
    logger,
    record: (results) => {
      const groups = Map.groupBy(results.filter(counts), ({ outcome }) => outcome.kind);
      for (const kind of told(groups)) {
        metrics.addMetric(METRICS[kind], MetricUnit.Count, groups.get(kind)?.length ?? 0);
      }
      for (const result of results) {
        const { outcome } = result;
        log(logger, result);
        if (outcome.kind === "applied") {
          metrics.addMetric("LatencyMs", MetricUnit.Milliseconds, outcome.latencyMs);
        }
        if (outcome.kind === "retried") {
          metrics.addMetric("FailingMs", MetricUnit.Milliseconds, outcome.failingMs);
          if (outcome.withoutToken) metrics.addMetric("NoDeadLetterBudget", MetricUnit.Count, 1);
        }
      }
      // Publishing none prints a warning: one for every bounce of a decided message.
      if (groups.size > 0) metrics.publishStoredMetrics();
    },
  };
};

/**
 * How what the audit found is mended: what no consumer has goes to the topic again, what some lack
 * to the queue of each of them. Both do no harm where the audit was wrong: a consumer drops what it
 * has applied, and parks nothing, since an order is sent from the first event that is missing.
 */
import type { EventSpan } from "../replay/event-span.ts";
import type { Finding } from "./audit.ts";
import type { Fault } from "./find-event.ts";

export type Repair = {
  readonly republish: readonly EventSpan[];
  readonly replays: readonly {
    /** The key of the consumer. */
    readonly consumer: string;
    readonly spans: readonly EventSpan[];
  }[];
  /** Not to be mended by sending an event again, or not asked for. */
  readonly left: readonly Finding[];
};

export type RepairRules = {
  readonly consumers: readonly string[];
  /** What is overdue may just as well be late: in a long backlog most of it is. */
  readonly overdue: "send again" | "leave";
  readonly nowMs: number;
};

/** SNS drops an id that it has taken within 5 minutes (1.9). */
const DEDUPLICATION_MS = 300_000;

const MENDED: readonly Fault[] = ["lost", "expired"];

const spanOf = (findings: readonly Finding[]): EventSpan[] => {
  const [first] = findings;
  if (first === undefined) return [];
  const from = Math.min(...findings.map(({ next }) => next));
  return [{ orderId: first.orderId, from, to: first.version }];
};

export const planRepair = (
  findings: readonly Finding[],
  { consumers, overdue, nowMs }: RepairRules,
): Repair => {
  const mended = overdue === "leave" ? MENDED : [...MENDED, "overdue"];
  const isMended = ({ where }: Finding): boolean => mended.includes(where);
  const ofOrder = Map.groupBy(findings.filter(isMended), ({ orderId }) => orderId);
  const isNowhere = (some: readonly Finding[]): boolean =>
    consumers.every(
      (name) =>
        some.some(({ consumer }) => consumer === name) ||
        some.every(({ ignoredBy }) => ignoredBy.includes(name)),
    ) && some.every(({ lastEventAtMs }) => nowMs - lastEventAtMs > DEDUPLICATION_MS);
  const orders = [...ofOrder.values()];
  const ofConsumer = Map.groupBy(
    orders.filter((some) => !isNowhere(some)).flat(),
    ({ consumer }) => consumer,
  );
  return {
    republish: orders.filter(isNowhere).flatMap(spanOf),
    replays: [...ofConsumer].map(([consumer, some]) => ({
      consumer,
      spans: some.flatMap((finding) => spanOf([finding])),
    })),
    left: findings.filter((finding) => !isMended(finding)),
  };
};

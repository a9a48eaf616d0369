/** A plan as a person reads it: each figure with the arithmetic that it comes from. */
import type { MeasuredCosts } from "./measured-costs.ts";
import type { CatchUpPlan, Need, TablePlan } from "./plan-catch-up.ts";
import * as quotas from "./quotas.ts";

const thousands = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const whole = (value: number): string => thousands.format(Math.ceil(value));
const rough = (value: number): string =>
  value >= 1_000 ? thousands.format(value) : three.format(value);
const dollars = (value: number): string => `$${value.toFixed(2)}`;

const time = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return "never";
  if (seconds < 120) return `${rough(seconds)} s`;
  if (seconds < 7_200) return `${rough(seconds / 60)} min`;
  return seconds < 172_800 ? `${rough(seconds / 3_600)} h` : `${rough(seconds / 86_400)} days`;
};

const headline = ({ request, concurrency, usable, seconds, feasible }: CatchUpPlan): string => {
  const { consumer, backlog, withinSeconds } = request;
  const goal = `${whole(backlog)} events of ${consumer} within ${time(withinSeconds)}`;
  if (feasible) return `${goal}: ${usable} invocations at a time.`;
  const why = Number.isFinite(concurrency)
    ? `it needs ${whole(concurrency)} invocations at a time and can have ${usable}`
    : "a mapping does not get up to speed that fast";
  return `${goal}: NOT POSSIBLE, ${why}. The soonest is ${time(seconds)}.`;
};

const arithmetic = (plan: CatchUpPlan): string[] => {
  const { request, slotRate, usable, rate, rampSeconds, batches } = plan;
  const { backlog, batchMs, busyShare, arriving, concurrency, orders, withinSeconds } = request;
  const cap = quotas.MAPPING_CONCURRENCY.most;
  return [
    `one slot     ${quotas.BATCH_EVENTS} events a batch (3.1) / ${batchMs / 1_000} s × ${busyShare} busy = ${rough(slotRate)} events/s`,
    `needed       (${whole(backlog)} / ${whole(withinSeconds)} s + ${rough(arriving)}/s arriving) / ${rough(slotRate)} = ${rough((backlog / withinSeconds + arriving) / slotRate)} slots; ${Number.isFinite(plan.concurrency) ? whole(plan.concurrency) : "no number"} with the start`,
    `the start    ${quotas.SCALING.start} slots, then ${quotas.SCALING.addedPerMinute} more a minute (3.4): all ${usable} work after ${time(rampSeconds)}`,
    `FIFO         min(${whole(orders)} orders, ${cap} at most (3.18), needed) = ${usable} slots (3.2)`,
    `then         ${usable} × ${rough(slotRate)} = ${rough(rate)} events/s, done after ${time(plan.seconds)}`,
    `as it is     ${concurrency} slots × ${rough(slotRate)} = ${rough(Math.min(concurrency, orders) * slotRate)} events/s, done after ${time(plan.secondsNow)}`,
    `batches      ${whole(backlog)} / ${quotas.BATCH_EVENTS} = ${whole(batches)}`,
  ];
};

const needLine = ({ what, need, have, fact, raise }: Need): string => {
  const line = `${what} (${fact}): ${whole(need)} of ${whole(have)}`;
  return need > have ? `RAISE  ${line}; ${raise}` : `enough ${line}`;
};

const writesOf =
  (plan: CatchUpPlan) =>
  (table: TablePlan): string[] => {
    const { name, cost, writesPerSecond, eventsAKey } = table;
    const line = `${name.padEnd(12)} ${rough(plan.rate)} events/s × ${cost.writeUnits} = ${whole(writesPerSecond)} write units/s, × ${cost.readUnits} = ${whole(plan.rate * cost.readUnits)} read units/s`;
    if (eventsAKey === undefined) return [line];
    const share = eventsAKey / plan.rate;
    return [
      line,
      `             one ${cost.partitionKey}: ${whole(quotas.PARTITION_WRITES)} write units/s a partition (5.7) / ${cost.unitsAWrite} = ${whole(eventsAKey)} events/s${
        share >= 1 ? ", more than all of them" : `, ${rough(share * 100)} % of them`
      }`,
    ];
  };

const warnings = (
  { request, usable, rate, tables }: CatchUpPlan,
  costs: MeasuredCosts,
): string[] => {
  const { backlog, orders, withinSeconds, arriving } = request;
  const inWindow = quotas.FIFO_WINDOW / Math.max(1, backlog / Math.max(1, orders));
  const hot = tables.filter(({ eventsAKey }) => eventsAKey !== undefined && eventsAKey < rate);
  return [
    ...(backlog <= quotas.FIFO_WINDOW
      ? []
      : [
          `SQS looks for free orders among the first ${whole(quotas.FIFO_WINDOW)} messages only (2.27). With ${rough(backlog / orders)} events an order those are about ${whole(inWindow)} orders: when fewer than ${usable} of them are free, because the others back off or bounce, slots stand idle. Mend or discard stuck orders first (bus status, bus dlq list).`,
        ]),
    ...hot.map(
      ({ name, cost, eventsAKey }) =>
        `${name}: as long as one ${cost.partitionKey} has more than ${whole(eventsAKey ?? 0)} events/s of these ${whole(rate)}, its writes are throttled and tried again. Nothing is lost, but it is slower than planned: with one ${cost.partitionKey} alone ${time(backlog / (eventsAKey ?? 1))}.${cost.sortKey === undefined ? "" : ` DynamoDB splits such a key by ${cost.sortKey} (4.3), at its own time.`}`,
    ),
    ...(withinSeconds > quotas.RETENTION_SECONDS
      ? [
          `A queue keeps a message for ${time(quotas.RETENTION_SECONDS)} (2.5): what is older is gone, and bus audit --repair brings it back.`,
        ]
      : []),
    ...(arriving * withinSeconds > backlog
      ? [
          "More arrives in that time than the backlog holds: after it the mapping needs the arriving rate for good.",
        ]
      : []),
    `Measured were ${costs.how.events} events of ${costs.how.orders} orders on ${costs.how.on} (${costs.how.command}, commit ${costs.how.commit}). Take a batch's time from CloudWatch, the function's Duration, and give it with --batch-ms.`,
  ];
};

const others = ({ request, usable, tables }: CatchUpPlan): string[] => {
  const { reservedElsewhere, consumer } = request;
  const left = quotas.ACCOUNT_CONCURRENCY - usable - reservedElsewhere;
  const dedup = tables.find(({ name }) => name === "dedup")?.writesPerSecond ?? 0;
  return [
    "their queues, functions and tables are their own: no message of theirs waits behind these",
    `the account: ${whole(quotas.ACCOUNT_CONCURRENCY)} (7.7) - ${usable} - ${reservedElsewhere} reserved elsewhere = ${left} for the order API, the relay and all else${left < quotas.UNRESERVED_AT_LEAST ? ": TOO FEW, they would be throttled" : ""}`,
    `the dedup table: ${whole(dedup)} write units/s come on top of theirs; while it grows (5.8) they are throttled too, and try again in place`,
    `the shop: if ${consumer} is critical to admission, new orders get 503 until its queue is below its openAt mark (docs/decisions/10-admission-door.md)`,
  ];
};

export const describePlan = (plan: CatchUpPlan, costs: MeasuredCosts): string => {
  const list = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
  return [
    headline(plan),
    ...["", "Concurrency", ...list(arithmetic(plan))],
    ...["", "Tables", ...list(plan.tables.flatMap(writesOf(plan)))],
    ...["", "Quotas: needed of what is there by default", ...list(plan.needs.map(needLine))],
    ...["", `Money, for the backlog alone (us-east-1): ${dollars(plan.usd)}`],
    ...list(plan.money.map(({ what, how, usd }) => `${what.padEnd(16)} ${how} = ${dollars(usd)}`)),
    ...["", "What the other consumers feel", ...list(others(plan))],
    ...["", "Mind", ...list(warnings(plan, costs))],
  ].join("\n");
};

/** Every long run, what it found as one sentence each, and what the design says of it. */
import { type KillerReport, playKillers } from "./killer-runs.ts";
import { type OutagePlan, type OutageReport, playOutage } from "./outage-runs.ts";
import { HOUR_MS, MINUTE_MS } from "./play-long-run.ts";
import { type PoisonPlan, type PoisonReport, playPoison } from "./poison-runs.ts";
import { playRedrive, type RedrivePlan, type RedriveReport } from "./redrive-runs.ts";

export type Row = {
  readonly run: string;
  readonly ours: string;
  /** What section 3 of the design says, or what it promises where it names no figure. */
  readonly design: string;
  readonly report: object;
};
export type LongRunGroup = { readonly name: string; readonly rows: () => AsyncGenerator<Row> };

const SEED = 1;

export const duration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  return ms < 2 * HOUR_MS ? `${Math.round(ms / MINUTE_MS)} min` : `${(ms / HOUR_MS).toFixed(1)} h`;
};

const describeOutage = (report: OutageReport): string => {
  const { orders, deadLettered, budget, exhausted, recoveredMs, redrives } = report;
  const spent = exhausted === 0 ? "" : ` (${exhausted} for want of receives)`;
  const redriven = redrives === 0 ? "" : `; all applied after ${redrives} redrive`;
  const others =
    recoveredMs === 0
      ? "no other was open at its end"
      : `the others applied by themselves within ${duration(recoveredMs)} of its end`;
  return (
    `${deadLettered} of ${orders} orders dead-lettered${spent}, at most ${budget} decided by the ` +
    `budget; 0 lost, 0 stuck: ${others}${redriven}`
  );
};

const OUTAGES: readonly (readonly [OutagePlan["what"], number, string])[] = [
  ["dependency", 5 * MINUTE_MS, "0 dead-lettered"],
  ["dependency", HOUR_MS, "5 dead-lettered"],
  ["dependency", 5 * HOUR_MS, "9 dead-lettered"],
  ["dependency", 10 * HOUR_MS, "14 dead-lettered (9.8 h)"],
  ["dependency", 17 * HOUR_MS, "a head outlasts 17 to 20 h"],
  ["table", HOUR_MS, "no attempt counts: none dead-lettered"],
  ["table for writes", HOUR_MS, "no attempt counts: none dead-lettered"],
  ["function", HOUR_MS, "3 h outlasted: none dead-lettered"],
  ["function", 2.5 * HOUR_MS, "3 h outlasted: none dead-lettered"],
  ["function", 4 * HOUR_MS, "beyond 3 h, receives run out; nothing is lost"],
];
const AWAY: Record<OutagePlan["what"], string> = {
  dependency: "dependency down",
  table: "dedup table unreachable",
  "table for writes": "dedup table takes no writes",
  function: "invokes throttled",
};

const outages = (what: readonly OutagePlan["what"][]) =>
  async function* (): AsyncGenerator<Row> {
    for (const [kind, outageMs, design] of OUTAGES.filter(([each]) => what.includes(each))) {
      const report = await playOutage({ seed: SEED, orders: 200, outageMs, what: kind });
      const run = `${AWAY[kind]} for ${duration(outageMs)}`;
      yield { run, ours: describeOutage(report), design, report };
    }
  };

const describeKillers = (report: KillerReport): string =>
  `all ${report.killersDead} dead after ${duration(report.untilDeadMs)}, and ` +
  `${report.innocentDead} innocents; ${report.takenAlong} innocent events were taken along, the ` +
  `slowest was applied after ${duration(report.slowestInnocentMs)}; all applied after ` +
  `${report.redrives} redrive`;

async function* killers(): AsyncGenerator<Row> {
  for (const count of [1, 2, 3, 4, 5, 6]) {
    const report = await playKillers({ seed: SEED, killers: count, orders: 200 });
    yield {
      run: `events that kill their function: ${count}, in 200 orders`,
      ours: describeKillers(report),
      design: "no innocent dead-lettered",
      report,
    };
  }
}

const HEALTHY = { seed: SEED, healthy: 500, healthyWithinMs: 10 * MINUTE_MS } as const;
const ONE = { ...HEALTHY, poisons: 1, kind: "not retryable" } as const;
const BOUNCES = "60 × ⌈(followers + 1) / 10⌉ receives, about a minute; others' p99 unchanged";
const POISONS: readonly (readonly [string, PoisonPlan, string])[] = [
  ["1 poison order, 3 followers", { ...ONE, followers: 3 }, BOUNCES],
  ["1 poison order, 30 followers", { ...ONE, followers: 30 }, BOUNCES],
  ["1 poison order, 300 followers", { ...ONE, followers: 300 }, BOUNCES],
  [
    "1 poison order that may be retried, 3 followers",
    { ...ONE, followers: 3, kind: "throws" },
    "8 attempts and 10 minutes first",
  ],
  [
    "100 poison orders at once, 3 followers each, 100 tokens",
    { ...ONE, poisons: 100, followers: 3, capacity: 100 },
    BOUNCES,
  ],
  [
    "100 poison orders at once, 3 followers each, default budget",
    { ...ONE, poisons: 100, followers: 3 },
    "without a token, backing off: receives last 17 to 20 h",
  ],
];

const describePoison = (report: PoisonReport): string => {
  const { poisons, receives, untilDeadMs, exhausted, innocentDead, p99Ms, p99WithoutMs } = report;
  const each = poisons === 1 ? "" : " an order";
  const spent = exhausted === 0 ? "" : `, ${exhausted} of them for want of receives`;
  return (
    `${Math.round(receives)} receives${each}; dead after ${duration(untilDeadMs)}${spent}; ` +
    `${innocentDead} innocents dead; others' p99 ${Math.round(p99Ms)} ms, without poison ` +
    `${Math.round(p99WithoutMs)} ms; all applied after ${report.redrives} redrive`
  );
};

async function* poisons(): AsyncGenerator<Row> {
  for (const [run, plan, design] of POISONS) {
    const report = await playPoison(plan);
    yield { run, ours: describePoison(report), design, report };
  }
}

const SLOW = { seed: SEED, liveEvents: 360, liveGapMs: 10_000, redriveAtMs: 40 * MINUTE_MS };
const FAST = { seed: SEED, liveEvents: 1_200, liveGapMs: 1_000, redriveAtMs: 10 * MINUTE_MS };
const REDRIVES: readonly RedrivePlan[] = [
  { ...SLOW, followers: 3 },
  { ...SLOW, followers: 30 },
  { ...SLOW, followers: 300 },
  { ...FAST, followers: 30 },
];

const describeRedrive = ({ deadLetters, rounds, tookMs }: RedriveReport): string =>
  `${deadLetters} dead letters at the start; all applied after ${rounds} redrives, in ` +
  duration(tookMs);

async function* redrives(): AsyncGenerator<Row> {
  for (const plan of REDRIVES) {
    const report = await playRedrive(plan);
    const gap = duration(plan.liveGapMs);
    yield {
      run: `console redrive of an order with ${plan.followers} followers, an event of it every ${gap}`,
      ours: describeRedrive(report),
      design: "a few passes, each applies at least the head",
      report,
    };
  }
}

export const LONG_RUNS: readonly LongRunGroup[] = [
  { name: "dependency", rows: outages(["dependency"]) },
  { name: "table", rows: outages(["table", "table for writes"]) },
  { name: "throttled", rows: outages(["function"]) },
  { name: "killers", rows: killers },
  { name: "poison", rows: poisons },
  { name: "redrive", rows: redrives },
];

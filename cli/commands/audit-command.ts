import { type Command, Option } from "commander";
import type { Audit, Finding } from "../audit/audit.ts";
import { auditOrders } from "../audit/audit-orders.ts";
import { describeAudit } from "../audit/describe-audit.ts";
import { describeFindings } from "../audit/describe-findings.ts";
import { pausedConsumers } from "../audit/paused-consumers.ts";
import { planRepair } from "../audit/plan-repair.ts";
import { eventsOfRepair, repairOrders } from "../audit/repair-orders.ts";
import { confirmAct } from "../confirm-act.ts";
import { count } from "../describe-figures.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { rateLimitOf } from "../limit-rate.ts";
import { parseCount } from "../parse-count.ts";
import { DEFAULT_EVENTS_PER_SECOND } from "../replay/carry-out-sends.ts";
import { roughCount } from "../rough-count.ts";
import { showProgress } from "../show-progress.ts";
import { jsonOption, type StageWork, stageCommand } from "../stage-command.ts";
import { type StageOption, stageWords } from "../stage-option.ts";

type Options = StageOption & {
  readonly settle: number;
  readonly segments: number;
  readonly maxReadUnits?: number;
  readonly repair?: true;
  readonly overdue?: true;
  readonly rate: number;
  readonly yes?: true;
  readonly json?: true;
};

const SETTLE_SECONDS = 60;
const SEGMENTS = 4;
const SHOWN_ORDERS = 20;

const runAudit = async ({ stage, options, signal }: StageWork<Options>): Promise<Audit> => {
  const { OrdersTable, DedupTable } = stage.outputs;
  const total = (await roughCount(stage, OrdersTable)) + (await roughCount(stage, DedupTable));
  const progress = showProgress("reading", total);
  const audit = auditOrders(stage, {
    find: { settleSeconds: options.settle },
    segments: options.segments,
    readUnits: rateLimitOf(options.maxReadUnits),
    onPage: ({ orders, rows }) => progress.update(orders + rows, Math.max(total, orders + rows)),
    signal,
  });
  return await audit.finally(progress.stop);
};

type Found = {
  readonly audit: Audit;
  /** Consumers that run, and what is wrong at them. */
  readonly consumers: readonly string[];
  readonly findings: readonly Finding[];
  readonly paused: readonly string[];
};

const sortOut = async (audit: Audit, { stage }: StageWork<Options>): Promise<Found> => {
  const paused = audit.findings.length === 0 ? [] : await pausedConsumers(stage);
  const runs = (name: string): boolean => !paused.includes(name);
  const consumers = stage.outputs.Consumers.map(({ name }) => name).filter(runs);
  const findings = audit.findings.filter(({ consumer }) => runs(consumer));
  return { audit, consumers, findings, paused };
};

const tell = (found: Found, { options }: StageWork<Options>): void => {
  const { audit, consumers, findings, paused } = found;
  console.log(describeAudit(audit));
  const ofOrder = [...Map.groupBy(findings, ({ orderId }) => orderId).values()];
  const telling = { consumers, stageWords: stageWords(options), nowMs: Date.now() };
  const shown = ofOrder.slice(0, SHOWN_ORDERS).flat();
  for (const line of describeFindings(shown, telling)) console.log(line);
  const more = ofOrder.length - SHOWN_ORDERS;
  for (const name of paused) {
    console.log(`  ${name} is paused: what it lacks is left to bus resume or bus backfill`);
  }
  if (more > 0) console.log(`  and ${count(more)} more orders: --json lists them all`);
};

/** What `--repair` does once the audit has told what it found. */
const repair = async (found: Found, work: StageWork<Options>): Promise<ExitCode> => {
  const { audit, consumers, findings, paused } = found;
  const { stage, options, signal } = work;
  const { yes, json } = options;
  const plan = planRepair(findings, {
    consumers,
    overdue: options.overdue ? "send again" : "leave",
    nowMs: Date.now(),
  });
  const events = eventsOfRepair(plan);
  if (!json && plan.left.length > 0) {
    const orders = new Set(plan.left.map(({ orderId }) => orderId)).size;
    console.log(`left as they are: ${count(orders)} orders, each with its command above`);
  }
  if (events === 0) {
    console.log(json ? JSON.stringify({ ...audit, repair: plan }) : "nothing to send again");
    return audit.ok ? EXIT.done : EXIT.fault;
  }
  const orders = plan.republish.length + plan.replays.reduce((sum, r) => sum + r.spans.length, 0);
  const question = `Send ${count(events)} events again, of ${count(orders)} orders?`;
  if (!json) console.log(`to be sent again: ${count(events)} events of ${count(orders)} orders`);
  if (!(await confirmAct({ question, yes, signal }))) {
    if (json) console.log(JSON.stringify({ ...audit, repair: plan }));
    return EXIT.unconfirmed;
  }
  const progress = showProgress("sending", events);
  const options_ = { eventsPerSecond: options.rate, onProgress: progress.update, signal };
  const report = await repairOrders(stage, plan, options_).finally(progress.stop);
  const missed = report.failed.length + report.unsent;
  if (json) console.log(JSON.stringify({ ...audit, repair: plan, repaired: report }));
  else {
    const rest = missed === 0 ? "" : `, ${count(missed)} are not sent: run this again`;
    console.log(`sent ${count(report.sent)} events${rest}; in a minute, bus audit tells the rest`);
  }
  return missed + plan.left.length + paused.length === 0 ? EXIT.done : EXIT.fault;
};

/** `bus audit`: whether any event is missing anywhere. */
export const auditCommand = (): Command =>
  stageCommand<Options>("audit", async (work) => {
    const audit = await runAudit(work);
    const found = await sortOut(audit, work);
    const { repair: mend, json } = work.options;
    if (!json) tell(found, work);
    if (mend) return repair(found, work);
    if (json) console.log(JSON.stringify(audit));
    return audit.ok ? EXIT.done : EXIT.fault;
  })
    .summary("prove that every event is applied or parked at every consumer")
    .description(
      "Asks, order by order, whether each event is applied or in the dead-letter queue at every " +
        "consumer. It scans the orders table and the dedup table, and looks at the first letter of " +
        "each order in the dead-letter queues. What is missing is told with the command that mends " +
        "it. Only --repair writes: it sends what is lost again, also dead letters that expired.",
    )
    .option(
      "--settle <seconds>",
      "events this young may still be on their way",
      parseCount,
      SETTLE_SECONDS,
    )
    .option("--segments <number>", "parts of a table read at a time", parseCount, SEGMENTS)
    .option("--max-read-units <units>", "read units a second, on average", parseCount)
    .addOption(new Option("--repair", "send again what is lost, after a preview"))
    .addOption(new Option("--overdue", "with --repair: also what may only be late"))
    .option(
      "--rate <events>",
      "with --repair: events a second",
      parseCount,
      DEFAULT_EVENTS_PER_SECOND,
    )
    .addOption(new Option("--yes", "do not ask"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nIt keeps about 130 bytes of memory an order, and reads each table once: a page of 1 MB costs\n" +
        "256 read units. An event that a consumer has is dropped there when it is sent again.\n\n" +
        "Examples:\n" +
        "  bus audit --stage prod --max-read-units 500\n" +
        "  bus audit --stage prod --repair",
    );

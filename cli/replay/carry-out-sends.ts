/** What `bus republish` and `bus replay` have in common: preview, confirm, send, tell. */
import { confirmAct } from "../confirm-act.ts";
import { count } from "../describe-figures.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { showProgress } from "../show-progress.ts";
import type { SendOptions, SendPlan, SendReport } from "./event-span.ts";

export type SendChoices = {
  readonly rate: number;
  readonly yes?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

export const DEFAULT_EVENTS_PER_SECOND = 100;
const SHOWN = 10;

const shown = (orderIds: readonly string[]): string =>
  orderIds.slice(0, SHOWN).join(", ") + (orderIds.length > SHOWN ? ", …" : "");

const describePlan = (plan: SendPlan): string => {
  const { spans, events, absent } = plan;
  const orders = spans.map(({ orderId, from, to }) => `${orderId} ${from}–${to}`);
  const lines = [`${count(events)} events of ${count(spans.length)} orders: ${shown(orders)}`];
  if (absent.length > 0) lines.push(`not in the store: ${shown(absent)}`);
  return lines.join("\n");
};

const describeReport = ({ sent, failed, unsent }: SendReport, to: string): string => {
  if (failed.length + unsent === 0) return `sent ${count(sent)} events to ${to}`;
  const such = failed.map(({ orderId, sequence, why }) => `${orderId} at ${sequence} (${why})`);
  const stopped = failed.length === 0 ? "" : `; stopped: ${shown(such)}`;
  return (
    `sent ${count(sent)} events to ${to}, ${count(unsent + failed.length)} are not sent${stopped}. ` +
    "Run this again: what was sent does no harm"
  );
};

export type SendJob = {
  readonly plan: SendPlan;
  /** Where to, in words. */
  readonly to: string;
  /** Said after the preview. */
  readonly note?: string;
  readonly choices: SendChoices;
  readonly signal: AbortSignal;
  readonly send: (options: SendOptions) => Promise<SendReport>;
};

const sendShown = async ({ plan, send, choices, signal }: SendJob): Promise<SendReport> => {
  const progress = showProgress("sending", plan.events);
  const options = { eventsPerSecond: choices.rate, onProgress: progress.update, signal };
  return await send(options).finally(progress.stop);
};

export const carryOutSends = async (job: SendJob): Promise<ExitCode> => {
  const { plan, to, note, choices, signal } = job;
  const { json, dryRun, yes } = choices;
  const tell = (text: string) => json || console.log(text);
  const told = { planned: plan, to };
  tell(`${describePlan(plan)}${note === undefined ? "" : `\n${note}`}`);
  const complete = plan.absent.length === 0 ? EXIT.done : EXIT.fault;
  if (dryRun || plan.events === 0) {
    if (json) console.log(JSON.stringify(told));
    else console.log(plan.events === 0 ? "nothing to send" : "nothing was sent: this is a dry run");
    return complete;
  }
  const question = `Send ${count(plan.events)} events of ${count(plan.spans.length)} orders to ${to}?`;
  if (!(await confirmAct({ question, yes, signal }))) return EXIT.unconfirmed;
  const report = await sendShown(job);
  console.log(json ? JSON.stringify({ ...told, ...report }) : describeReport(report, to));
  return report.failed.length + report.unsent === 0 ? complete : EXIT.fault;
};

/** `bus seed-watermarks CONSUMER --past TYPE`: preview, confirm, move, tell. */

import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import { confirmAct } from "../confirm-act.ts";
import { count, countOf } from "../describe-figures.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type Passed, type PassPlan, passEvents, planPass } from "../pass-events.ts";
import { roughCount } from "../rough-count.ts";
import { showProgress } from "../show-progress.ts";
import type { Stage } from "../stage-clients.ts";
import { type ConsumerOutput, consumerNamed } from "../stage-outputs.ts";
import { readMappingState } from "../status/read-mapping-state.ts";

export type PassOptions = {
  readonly past: readonly OrderEventType[];
  readonly until?: number;
  readonly yes?: true;
  readonly json?: true;
};

const SHOWN = 5;

const suchAs = (orderIds: readonly string[]): string =>
  orderIds.length === 0 ? "" : `, such as ${orderIds.slice(0, SHOWN).join(", ")}`;

/** What it takes that nothing slips between this and the deploy. */
const warnRunning = async (stage: Stage, consumer: ConsumerOutput): Promise<string[]> => {
  const state = await readMappingState(stage, consumer).catch(() => "not known");
  if (state === "paused") return [];
  const name = consumer.name.split("@")[0];
  return [
    `! ${name} is not paused. Before it is deployed with these types, pause it first (bus pause ${name}): what it ` +
      "passes over from now on would be waited for. After that deploy, give the deploy's time as " +
      "--until: without it, also events that wait to be applied are left out",
  ];
};

const describePlan = ({ consumer, past, orders, tried }: PassPlan): string[] => [
  `${consumer}: ${countOf(orders.length, "order")} go on past ${past.join(", ")}` +
    suchAs(orders.map(({ orderId, seq, to }) => `${orderId} ${seq}→${to}`)),
  ...(tried.length === 0
    ? []
    : [
        `! ${countOf(tried.length, "order")} left alone: that event is being tried or dead there, see bus dlq list` +
          suchAs(tried),
      ]),
];

const describePassed = ({ moved, changed }: Passed): string => {
  const rest =
    changed.length === 0
      ? ""
      : `; ${countOf(changed.length, "row")} changed meanwhile and are as they were${suchAs(changed)}: run this again`;
  return `moved ${count(moved)} watermarks${rest}`;
};

export const carryOutPass = async (
  stage: Stage,
  name: string,
  { past, until: untilMs, yes, json }: PassOptions,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const consumer = consumerNamed(stage.outputs, name);
  const total = await roughCount(stage, stage.outputs.OrdersTable);
  const reading = showProgress("reading", total);
  const onRead = (orders: number) => reading.update(orders, Math.max(total, orders));
  const choice = { past, untilMs, onProgress: onRead, signal };
  const plan = await planPass(stage, consumer, choice).finally(reading.stop);
  const tell = (lines: readonly string[]) => json || console.log(lines.join("\n"));
  tell([...describePlan(plan), ...(await warnRunning(stage, consumer))]);
  const told = { consumer: plan.consumer, past, orders: plan.orders.length, tried: plan.tried };
  if (plan.orders.length === 0) {
    console.log(json ? JSON.stringify(told) : "nothing to move");
    return EXIT.done;
  }
  const question = `Let ${plan.consumer} never apply these events of ${countOf(plan.orders.length, "order")}?`;
  if (!(await confirmAct({ question, yes, signal }))) {
    if (json) console.log(JSON.stringify(told));
    return EXIT.unconfirmed;
  }
  const moving = showProgress("moving", plan.orders.length);
  const options = { onProgress: moving.update, signal };
  const passed = await passEvents(stage, plan, options).finally(moving.stop);
  console.log(json ? JSON.stringify({ ...told, ...passed }) : describePassed(passed));
  return passed.changed.length === 0 ? EXIT.done : EXIT.fault;
};

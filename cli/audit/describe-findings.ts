import { newlyHandled } from "../newly-handled.ts";
import type { Finding } from "./audit.ts";
import type { Fault } from "./find-event.ts";
import { planRepair, type Repair } from "./plan-repair.ts";

export type Telling = {
  readonly consumers: readonly string[];
  /** What follows each command, such as `--stage prod`. */
  readonly stageWords: string;
  readonly nowMs: number;
};

const MEANING: Readonly<Record<Fault, string>> = {
  lost: "is in no queue: lost",
  overdue: "is late or lost: its queue is not empty",
  expired: "was decided dead, and its dead letter is gone",
  undelivered: "is where SNS puts what it cannot deliver",
  "behind a copy": "is behind a dead letter that is applied already, or lost",
  retrying: "fails and is tried again",
};

/** The words of the command that mends a finding which no sending again mends. */
const byHand = ({ consumer, orderId, where }: Finding): string => {
  switch (where) {
    case "undelivered":
      return `bus dlq subscription redrive ${consumer} --order ${orderId}`;
    case "behind a copy":
      return `bus dlq redrive ${consumer} --order ${orderId}`;
    default:
      return `bus order ${orderId}`;
  }
};

export const commandsOf = ({ republish, replays, left }: Repair): string[] => [
  ...republish.map(({ orderId, from }) => `bus republish ${orderId} --from-sequence ${from}`),
  ...replays.flatMap(({ consumer, spans }) =>
    spans.map(({ orderId }) => `bus replay --order ${orderId} --to-consumer ${consumer}`),
  ),
  ...new Set(left.map(byHand)),
];

/** For each order one line a fault, and under them each command that mends it. */
export const describeFindings = (
  findings: readonly Finding[],
  { consumers, stageWords, nowMs }: Telling,
): string[] => {
  const rules = { consumers, nowMs, overdue: "send again" } as const;
  const [replay] = planRepair(findings, { ...rules, overdue: "leave" }).replays;
  const waited = replay?.spans[0];
  // What the topic has never had is lost everywhere alike: its type is not the reason.
  const hint =
    replay === undefined || waited === undefined
      ? []
      : [`  ${newlyHandled({ ...replay, orderId: waited.orderId, stageWords })}`];
  const told = [...Map.groupBy(findings, ({ orderId }) => orderId)].flatMap(([orderId, some]) => {
    const faults = Map.groupBy(some, ({ next, where, because }) =>
      because === undefined
        ? `event ${next} ${MEANING[where]}`
        : `event ${next} is late or lost: ${because}`,
    );
    const lines = [...faults].map(
      ([fault, at]) =>
        `  ${orderId}: ${fault}; at ${at.map(({ consumer }) => consumer).join(", ")}`,
    );
    const commands = commandsOf(planRepair(some, rules));
    return [...lines, ...commands.map((command) => `    ${command}${stageWords}`)];
  });
  return [...told, ...hint];
};

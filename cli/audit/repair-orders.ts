import { eventsOf, type SendOptions, type SendReport } from "../replay/event-span.ts";
import { replayOrders } from "../replay/replay-orders.ts";
import { republishOrders } from "../replay/republish-orders.ts";
import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import type { Repair } from "./plan-repair.ts";

export const eventsOfRepair = ({ republish, replays }: Repair): number =>
  replays.reduce((sum, { spans }) => sum + eventsOf(spans), eventsOf(republish));

const NOTHING: SendReport = { sent: 0, failed: [], unsent: 0 };

const add = (one: SendReport, other: SendReport): SendReport => ({
  sent: one.sent + other.sent,
  failed: [...one.failed, ...other.failed],
  unsent: one.unsent + other.unsent,
});

/** Sends what the repair says. Whether it helped, the next audit tells. */
export const repairOrders = async (
  stage: Stage,
  repair: Repair,
  { onProgress, ...options }: SendOptions = {},
): Promise<SendReport> => {
  const total = eventsOfRepair(repair);
  let report = NOTHING;
  const told = (): SendOptions => {
    const before = report.sent;
    return { ...options, onProgress: (sent) => onProgress?.(before + sent, total) };
  };
  report = add(report, await republishOrders(stage, repair.republish, told()));
  for (const { consumer: name, spans } of repair.replays) {
    const consumer = consumerNamed(stage.outputs, name);
    report = add(report, await replayOrders(stage, { consumer, spans }, told()));
  }
  return report;
};

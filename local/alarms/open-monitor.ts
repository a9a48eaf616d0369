/** CloudWatch's part on one machine: what is measured, and the alarms that are evaluated on it. */
import { join } from "node:path";
import type { AwsClients } from "../aws-clients.ts";
import type { DeployedStack } from "../create-resources.ts";
import type { RuntimeClock } from "../runtime-clock.ts";
import { openAlarmLog } from "./alarm-log.ts";
import { type AlarmListener, type AlarmRuntime, startAlarms } from "./alarm-runtime.ts";
import { createMetricStore, type MetricStore } from "./metric-store.ts";
import { createRuntimeMeter, type RuntimeMeter } from "./runtime-meter.ts";

export type MonitorOptions = {
  readonly dataDir: string;
  readonly stack: Pick<DeployedStack, "queueUrls" | "alarms">;
  readonly clients: Pick<AwsClients, "sqs" | "sns">;
  readonly clock: RuntimeClock;
  /** What counts as a minute of the alarms' periods; 60 unless a test shortens it. */
  readonly minuteSeconds: number;
  readonly onAlarm: AlarmListener;
};

export type Monitor = {
  readonly store: MetricStore;
  readonly meter: RuntimeMeter;
  /** Begins to evaluate; the functions should run. */
  readonly start: () => AlarmRuntime;
};

export const openMonitor = ({
  dataDir,
  stack: { queueUrls, alarms },
  clients: { sqs, sns },
  clock,
  minuteSeconds,
  onAlarm,
}: MonitorOptions): Monitor => {
  const minuteMs = minuteSeconds * 1_000;
  const store = createMetricStore(minuteMs);
  const { sample, ...meter } = createRuntimeMeter({ store, sqs, queueUrls, clock: clock.nowMs });
  const start = () => {
    const log = openAlarmLog(join(dataDir, "logs", "alarms.log"));
    const runtime = startAlarms({
      ...{ alarms, store, sample, sns, clock, minuteMs, onAlarm },
      onChange: log.changed,
      onProblem: log.problem,
    });
    const stop = async () => {
      await runtime.stop();
      log.end();
    };
    return { ...runtime, stop };
  };
  return { store, meter, start };
};

/**
 * Evaluates the template's alarms by the clock and does what they say. As CloudWatch, once a minute;
 * unlike it, the newest period is the one that is not over yet, so that an alarm is not a minute late.
 */
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { RuntimeClock } from "../runtime-clock.ts";
import type { AlarmDefinition } from "./alarm-definition.ts";
import { alarmMessage } from "./alarm-message.ts";
import { type AlarmChange, type AlarmWatch, createAlarmWatch } from "./alarm-watch.ts";
import type { ReadStatistic, Verdict } from "./evaluate-alarm.ts";
import type { MetricStore } from "./metric-store.ts";

export type AlarmListener = (change: AlarmChange) => void;

export type AlarmRuntimeOptions = {
  readonly alarms: readonly AlarmDefinition[];
  readonly store: MetricStore;
  /** Measures what is only known when asked for. */
  readonly sample: () => Promise<void>;
  readonly sns: SNSClient;
  readonly clock: RuntimeClock;
  /** What counts as a minute of the alarms' periods. */
  readonly minuteMs: number;
  /** Of every alarm that tells somebody, when it tells. */
  readonly onAlarm: AlarmListener;
  /** Of every alarm and every change. */
  readonly onChange: AlarmListener;
  readonly onProblem: (text: string) => void;
};

export type AlarmRuntime = {
  readonly watch: Pick<AlarmWatch, "alarms" | "stateOf">;
  /** As a person sets it, for a try; its actions run. */
  readonly set: (name: string, verdict: Verdict) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What this change tells to whom. That all is well from the start is no news. */
export const actionsOf = ({ alarm, from, to }: AlarmChange): readonly string[] => {
  switch (to.value) {
    case "ALARM":
      return alarm.alarmActions;
    case "OK":
      return from === "ALARM" ? alarm.okActions : [];
    case "INSUFFICIENT_DATA":
      return [];
  }
};

/** Reads a period of the template's minutes, in minutes as long as they are here. */
export const periodReader =
  (
    { store, minuteMs }: Pick<AlarmRuntimeOptions, "store" | "minuteMs">,
    nowMs: number,
  ): ReadStatistic =>
  ({ metric, stat, periodSeconds }, period) => {
    const lengthMs = (periodSeconds / 60) * minuteMs;
    const endMs = (Math.floor(nowMs / minuteMs) + 1) * minuteMs;
    const toMs = endMs - period * lengthMs;
    return store.statistic(metric, stat, { fromMs: toMs - lengthMs, toMs });
  };

export const startAlarms = (options: AlarmRuntimeOptions): AlarmRuntime => {
  const { alarms, sns, sample, clock, minuteMs, onAlarm, onChange, onProblem } = options;
  const watch = createAlarmWatch(alarms, clock.nowMs());

  const act = async (change: AlarmChange): Promise<void> => {
    onChange(change);
    const actions = actionsOf(change);
    if (actions.length > 0) onAlarm(change);
    const { subject, body } = alarmMessage(change);
    for (const TopicArn of actions) {
      try {
        await sns.send(new PublishCommand({ TopicArn, Subject: subject, Message: body }));
      } catch (error) {
        onProblem(`alarm ${change.alarm.name} could not be published: ${error}`);
      }
    }
  };

  const look = async (): Promise<void> => {
    await sample().catch((error) => onProblem(`a queue could not be measured: ${error}`));
    const nowMs = clock.nowMs();
    for (const change of watch.tick(nowMs, periodReader(options, nowMs))) await act(change);
  };

  const { stop } = clock.every(minuteMs, look);

  return {
    watch,
    set: async (name, verdict) => {
      for (const change of watch.set(name, verdict, clock.nowMs())) await act(change);
    },
    stop,
  };
};

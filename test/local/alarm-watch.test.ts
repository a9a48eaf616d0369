import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "../../local/alarms/alarm-definition.ts";
import { alarmMessage } from "../../local/alarms/alarm-message.ts";
import { actionsOf, periodReader } from "../../local/alarms/alarm-runtime.ts";
import { createAlarmWatch } from "../../local/alarms/alarm-watch.ts";
import { createMetricStore } from "../../local/alarms/metric-store.ts";
import { arnOf, combinedAlarm, plainAlarm, TOPIC } from "./make-alarm.ts";

const MINUTE_MS = 60_000;

/** Alarms with a clock that goes on by the minute. */
const watching = (...alarms: readonly AlarmDefinition[]) => {
  const store = createMetricStore(MINUTE_MS);
  const watch = createAlarmWatch(alarms, 0);
  let nowMs = 0;
  const tick = () => {
    nowMs += MINUTE_MS;
    return watch.tick(nowMs, periodReader({ store, minuteMs: MINUTE_MS }, nowMs));
  };
  const fail = (part: string, value = 1) =>
    store.put({ namespace: "Shop", name: "Failures", dimensions: { part } }, value, nowMs);
  const later = (minutes: number) => {
    for (let minute = 1; minute < minutes; minute++) tick();
    return tick();
  };
  const state = (name: string) => watch.stateOf(name).value;
  return { watch, tick, fail, later, state };
};

describe("a plain alarm", () => {
  it("rings in the minute in which its metric reaches the threshold, and for a period", () => {
    const { tick, fail, later, state } = watching(plainAlarm("a", { Threshold: 3 }));
    tick();
    expect(state("a")).toBe("OK");
    fail("a", 2);
    tick();
    expect(state("a")).toBe("OK");
    fail("a", 1);
    expect(tick()).toMatchObject([{ from: "OK", to: { value: "ALARM", sinceMs: 3 * MINUTE_MS } }]);
    later(2);
    expect(state("a")).toBe("ALARM");
    later(1);
    expect(state("a")).toBe("OK");
  });

  it("rings from so many of its last periods on", () => {
    const lasting = { EvaluationPeriods: 3, DatapointsToAlarm: 2 };
    const { tick, fail, later, state } = watching(plainAlarm("a", lasting));
    tick();
    fail("a");
    later(1);
    expect(state("a")).toBe("OK");
    later(9);
    fail("a");
    tick();
    expect(state("a")).toBe("ALARM");
    later(15);
    expect(state("a")).toBe("OK");
  });

  it("on what is below rings for want of data, once all its periods were watched", () => {
    const below = { ComparisonOperator: "LessThanThreshold", TreatMissingData: "breaching" };
    const {
      tick,
      fail: tell,
      later,
      state,
      watch,
    } = watching(
      plainAlarm("a", { ...below, Threshold: 2, EvaluationPeriods: 3, DatapointsToAlarm: 3 }),
    );
    later(15);
    expect(state("a")).toBe("OK");
    tick();
    expect(state("a")).toBe("ALARM");
    expect(watch.stateOf("a").reason).toContain("[none, none, none] are none or less than the thr");
    tell("a", 2);
    tick();
    expect(state("a")).toBe("OK");
    later(10);
    expect(state("a")).toBe("OK");
    tell("a", 1);
    later(5);
    expect(state("a")).toBe("ALARM");
  });

  it("on math rings with what is worked out, and not where that is missing", () => {
    const stat = (Id: string, part: string) => ({
      Id,
      ReturnData: false,
      MetricStat: {
        ...{ Stat: "Sum", Period: 300 },
        Metric: {
          ...{ Namespace: "Shop", MetricName: "Failures" },
          Dimensions: [{ Name: "part", Value: part }],
        },
      },
    });
    const Metrics = [{ Id: "e", Expression: "100 * a / b" }, stat("a", "one"), stat("b", "two")];
    const { tick, fail, state } = watching(plainAlarm("m", { Metrics, Threshold: 50 }));
    fail("one");
    tick();
    expect(state("m")).toBe("OK");
    fail("two", 2);
    tick();
    expect(state("m")).toBe("ALARM");
    fail("two", 2);
    tick();
    expect(state("m")).toBe("OK");
  });

  it("on what cannot be measured here has no data, and says why", () => {
    const lost = { Namespace: "AWS/SNS", MetricName: "NumberOfNotificationsFailed" };
    const { watch, tick } = watching(plainAlarm("a", lost));
    expect(tick()).toEqual([]);
    expect(watch.stateOf("a")).toMatchObject({
      value: "INSUFFICIENT_DATA",
      reason: expect.stringContaining("NumberOfNotificationsFailed: the emulator"),
    });
  });
});

describe("a combined alarm", () => {
  const stuck = combinedAlarm("stuck", `(ALARM("${arnOf("dead")}") AND NOT ALARM("outage"))`);
  const outage = combinedAlarm("outage", "ALARM(failing)");

  it("is judged after those that it names, so it never rings for a moment too early", () => {
    const { tick, fail, state } = watching(
      ...[stuck, outage, plainAlarm("dead"), plainAlarm("failing")],
    );
    tick();
    fail("dead");
    fail("failing");
    const changes = tick();
    expect(changes.map(({ alarm }) => alarm.name)).toEqual(["dead", "failing", "outage"]);
    expect(state("stuck")).toBe("OK");
  });

  it("rings with the reason that set it off, and tells the topic, also when it is over", () => {
    const { tick, fail, later } = watching(
      stuck,
      outage,
      plainAlarm("dead"),
      plainAlarm("failing"),
    );
    const started = tick();
    expect(started.flatMap(actionsOf)).toEqual([]);
    fail("dead");
    const [part, rings] = tick();
    expect(actionsOf(part!)).toEqual([]);
    expect(actionsOf(rings!)).toEqual([TOPIC]);
    const { subject, body } = alarmMessage(rings!);
    expect(subject).toBe('ALARM: "stuck" in US East (N. Virginia)');
    expect(JSON.parse(body)).toMatchObject({
      ...{ AlarmName: "stuck", NewStateValue: "ALARM", OldStateValue: "OK" },
      NewStateReason: expect.stringContaining(`${arnOf("dead")} transitioned to ALARM`),
      TriggeringChildren: [
        {
          Arn: arnOf("dead"),
          State: { Value: "ALARM", Timestamp: "1970-01-01T00:02:00.000+0000" },
        },
      ],
      StateChangeTime: "1970-01-01T00:02:00.000+0000",
    });
    const [, over] = later(4);
    expect(over).toMatchObject({ from: "ALARM", to: { value: "OK" } });
    expect(actionsOf(over!)).toEqual([TOPIC]);
  });

  it("names alarms that exist, and never itself", () => {
    expect(() => watching(combinedAlarm("a", "ALARM(b)"))).toThrow("names b, which is no alarm");
    expect(() => watching(combinedAlarm("a", "ALARM(b)"), combinedAlarm("b", "OK(a)"))).toThrow(
      "waits for itself: a, b",
    );
  });
});

it("a plain alarm's message tells its metric as CloudWatch does", () => {
  const { tick, fail } = watching(plainAlarm("a", { AlarmActions: [TOPIC] }));
  tick();
  fail("a");
  const [change] = tick();
  expect(JSON.parse(alarmMessage(change!).body)).toMatchObject({
    ...{ AlarmName: "a", AlarmDescription: "a fails.", AWSAccountId: "000000000000" },
    ...{ AlarmArn: arnOf("a"), AlarmActions: [TOPIC], Region: "US East (N. Virginia)" },
    Trigger: {
      ...{ MetricName: "Failures", Namespace: "Shop", Statistic: "SUM", Period: 300, Threshold: 1 },
      Dimensions: [{ name: "part", value: "a" }],
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    },
  });
});

/** Alarms of the template over time, evaluated as on the embedded bus. */
import { expect, it } from "vitest";
import { METRICS_NAMESPACE } from "../../lib/bus-function.ts";
import type { Resource } from "../../lib/template-reader.ts";
import { alarmDefinition } from "../../local/alarms/alarm-definition.ts";
import { periodReader } from "../../local/alarms/alarm-runtime.ts";
import { createAlarmWatch } from "../../local/alarms/alarm-watch.ts";
import { metricAlarm } from "../../local/alarms/metric-alarm.ts";
import type { Metric } from "../../local/alarms/metric-store.ts";
import { createMetricStore } from "../../local/alarms/metric-store.ts";
import type { JsonObject } from "../../local/template.ts";
import { consumersOf, flatten, property, synthesize, variable } from "./synthesize.ts";

const template = synthesize();
const alarmsOf = (from: typeof template) => from.ofType("AWS::CloudWatch::Alarm");
const named = (name: string, from = template): Resource => {
  const found = alarmsOf(from).find((each) =>
    String(property(each, "AlarmName")).endsWith(`/${name}`),
  );
  if (found === undefined) throw new Error(`there is no alarm ${name}`);
  return found;
};
const functionAt = (part: string): Resource => {
  const found = template.ofType("AWS::Lambda::Function").find(({ path }) => path.includes(part));
  if (found === undefined) throw new Error(`there is no function ${part}`);
  return found;
};
const ownMetric = (name: string, part: string): Metric => ({
  ...{ namespace: METRICS_NAMESPACE, name },
  dimensions: { service: String(variable(functionAt(part), "POWERTOOLS_SERVICE_NAME")) },
});

const MINUTE_MS = 60_000;

const resolved = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(resolved);
  if ("Ref" in value) return flatten(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
};

/** With a clock that goes on by the minute. */
const onTheClock = (chosen: readonly Resource[]) => {
  const store = createMetricStore(MINUTE_MS);
  const definitions = chosen.map(({ id, body }) => {
    const { Properties } = resolved(body) as { Properties: JsonObject };
    const properties = { logicalId: id, values: { ...Properties, AlarmActions: [] } };
    return alarmDefinition(properties, { name: id, arn: id }, metricAlarm(properties));
  });
  const watch = createAlarmWatch(definitions, 0);
  let nowMs = 0;
  return {
    tick: () => {
      nowMs += MINUTE_MS;
      watch.tick(nowMs, periodReader({ store, minuteMs: MINUTE_MS }, nowMs));
    },
    put: (metric: Metric) => store.put(metric, 1, nowMs),
    rings: () => definitions.some(({ name }) => watch.stateOf(name).value === "ALARM"),
  };
};

it("an alarm on what backs off is held for longer than the stage's longest backoff", () => {
  for (const backoffCapSeconds of [60, 1_800, 43_200]) {
    const given = synthesize({ overrides: { failureRules: { backoffCapSeconds } } });
    for (const { handler } of consumersOf(given)) {
      for (const what of ["Failing", "NoDeadLetterBudget"]) {
        const name = `${variable(handler, "CONSUMER")}/${what}`;
        const heldSeconds = Number(property(named(name, given), "EvaluationPeriods")) * 300;
        expect(heldSeconds - 300, name).toBeGreaterThanOrEqual(backoffCapSeconds);
        // CloudWatch allows no more with periods under an hour (2.29).
        expect(heldSeconds).toBeLessThanOrEqual(86_400);
      }
    }
  }
});

it("a patrol that is not called rings within 20 minutes, and while it is called never", () => {
  const stopped = named("patrol/Stopped");
  // Else a first deployment would ring before there is any data (2.30).
  expect(property(stopped, "WarmUpConfiguration")).toEqual({ WarmUpPeriodDurationInMinutes: 30 });
  const { tick, put, rings } = onTheClock([stopped]);
  const FunctionName = `<${functionAt("/Patrol/").id}>`;
  const called = { namespace: "AWS/Lambda", name: "Invocations", dimensions: { FunctionName } };
  const heard = (minutes: number) =>
    Array.from({ length: minutes }, (_, minute) => {
      if (minutes === 60 && minute % 5 === 0) put(called);
      tick();
      return rings();
    });
  expect(heard(60)).not.toContain(true);
  expect(heard(20).at(-1)).toBe(true);
  expect(heard(60).at(-1)).toBe(false);
});

it.each([1, 10, 25])(
  "a relay that does not run rings within the hour with an order every %d minutes",
  (everyMinutes) => {
    const accepted = ownMetric("Accepted", "/Api/");
    const stopped = ["relay/Stopped", "relay/StoppedWhileSlack"].map((name) => named(name));
    const { tick, put, rings } = onTheClock(stopped);
    const heard = Array.from({ length: 60 }, (_, minute) => {
      if (minute % everyMinutes === 0) put(accepted);
      tick();
      return rings();
    });
    expect(heard).toContain(true);
    put(accepted);
    put(ownMetric("Published", "/Relay/"));
    tick();
    expect(rings()).toBe(false);
  },
);

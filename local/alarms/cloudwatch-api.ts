/**
 * CloudWatch's API (AWS JSON 1.0), as far as the tools call it: metric data, and the alarms with
 * their states. What else a call asks for is refused by name.
 */
import type { Context } from "hono";
import * as v from "valibot";
import type { ControlRoutes } from "../control-server.ts";
import { ALARM_STATES } from "./alarm-rule.ts";
import type { AlarmRuntime } from "./alarm-runtime.ts";
import { describeAlarms, describeAlarmsSchema } from "./describe-alarms.ts";
import { metricData, metricDataSchema } from "./metric-data.ts";
import type { MetricStore } from "./metric-store.ts";

export type CloudWatchApiOptions = { readonly store: MetricStore; readonly alarms: AlarmRuntime };

const SERVICE = "GraniteServiceVersion20100801.";

const setStateSchema = v.strictObject({
  AlarmName: v.string(),
  StateValue: v.picklist(ALARM_STATES),
  StateReason: v.string(),
});

const answer = (context: Context, status: 200 | 400 | 404, body: object) => {
  context.header("content-type", "application/x-amz-json-1.0");
  return context.body(JSON.stringify(body), status);
};

const refuse = (context: Context, type: string, message: string) =>
  answer(context, type === "ResourceNotFound" ? 404 : 400, { __type: type, message });

const complaint = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? "the call"}: ${issue.message}`).join("; ");

type Operation = (input: unknown, context: Context) => Promise<Response>;

/** Checks what the call says before its work is done. */
const operation =
  <S extends v.GenericSchema>(
    schema: S,
    run: (input: v.InferOutput<S>, context: Context) => Promise<Response> | Response,
  ): Operation =>
  async (input, context) => {
    const parsed = v.safeParse(schema, input);
    if (parsed.success) return run(parsed.output, context);
    const message = `The embedded bus does not take this: ${complaint(parsed.issues)}`;
    return refuse(context, "InvalidParameterValueException", message);
  };

const operationsOf = ({ store, alarms }: CloudWatchApiOptions) => {
  const { watch } = alarms;
  const setState = operation(setStateSchema, async (input, context) => {
    const { AlarmName, StateValue, StateReason } = input;
    if (!watch.alarms.some(({ name }) => name === AlarmName)) {
      return refuse(context, "ResourceNotFound", `there is no alarm ${AlarmName}`);
    }
    await alarms.set(AlarmName, { value: StateValue, reason: StateReason });
    return answer(context, 200, {});
  });
  return new Map<string, Operation>([
    [
      "DescribeAlarms",
      operation(describeAlarmsSchema, (input, context) =>
        answer(context, 200, describeAlarms(watch, input)),
      ),
    ],
    [
      "GetMetricData",
      operation(metricDataSchema, (input, context) => {
        const data = metricData(store, input);
        return "fault" in data
          ? refuse(context, "InvalidParameterValueException", data.fault)
          : answer(context, 200, data);
      }),
    ],
    ["SetAlarmState", setState],
  ]);
};

export const cloudWatchApi = (options: CloudWatchApiOptions): ControlRoutes => {
  const operations = operationsOf(options);
  return (app) => {
    app.post("/", async (context, next) => {
      const target = context.req.header("x-amz-target") ?? "";
      if (!target.startsWith(SERVICE)) return next();
      const name = target.slice(SERVICE.length);
      const run = operations.get(name);
      if (run === undefined) {
        const known = [...operations.keys()].join(", ");
        const message = `The embedded bus answers ${known}, not ${name}.`;
        return refuse(context, "UnknownOperationException", message);
      }
      return run(await context.req.json().catch(() => undefined), context);
    });
  };
};

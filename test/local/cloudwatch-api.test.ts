/** The embedded runtime's part of CloudWatch's API, called as tools call it: by the SDK's client. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AlarmChange, createAlarmWatch } from "../../local/alarms/alarm-watch.ts";
import { cloudWatchApi } from "../../local/alarms/cloudwatch-api.ts";
import { createMetricStore, type MetricStore } from "../../local/alarms/metric-store.ts";
import { LOCAL_CREDENTIALS, REGION } from "../../local/aws-clients.ts";
import { type ControlServer, startControlServer } from "../../local/control-server.ts";
import { freePort } from "../../local/free-port.ts";
import { arnOf, combinedAlarm, plainAlarm } from "./make-alarm.ts";

const MINUTE_MS = 60_000;
const latency = { namespace: "Shop", name: "LatencyMs", dimensions: { consumer: "fraud" } };

let server: ControlServer;
let client: CloudWatchClient;
let store: MetricStore;
let changes: AlarmChange[];

beforeEach(async () => {
  store = createMetricStore(MINUTE_MS);
  changes = [];
  const plain = ["Dead", "Outage", "QueueAge"].map((id) => plainAlarm(`dev/fraud/${id}`));
  const stuck = combinedAlarm("dev/fraud/Stuck", "ALARM(dev/fraud/Dead)");
  const watch = createAlarmWatch([...plain, stuck, plainAlarm("dev-2/fraud/Dead")], 1_000);
  const alarms = {
    watch,
    set: async (
      ...given: [string, { value: "OK" | "ALARM" | "INSUFFICIENT_DATA"; reason: string }]
    ) => {
      changes.push(...watch.set(...given, 5_000));
    },
    stop: async () => {},
  };
  server = await startControlServer({
    port: await freePort(),
    routes: [cloudWatchApi({ store, alarms })],
  });
  client = new CloudWatchClient({
    ...{ region: REGION, credentials: LOCAL_CREDENTIALS, endpoint: server.endpoint },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
});

test("alarms are told by the start of their names, a page at a time, composite ones if asked for", async () => {
  const AlarmNamePrefix = "dev/";
  const plain = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix }));
  expect(plain.MetricAlarms).toHaveLength(3);
  expect(plain.CompositeAlarms).toEqual([]);
  const names: (string | undefined)[] = [];
  const pages = paginateDescribeAlarms(
    { client, pageSize: 3 },
    { AlarmNamePrefix, AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
  );
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
    names.push(...[...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName));
  }
  expect(names.toSorted()).toEqual(
    ["Dead", "Outage", "QueueAge", "Stuck"].map((id) => `dev/fraud/${id}`),
  );
});

test("an alarm is told with its settings and its state", async () => {
  const command = new DescribeAlarmsCommand({ AlarmNames: ["dev/fraud/Dead"] });
  const { MetricAlarms } = await client.send(command);
  expect(MetricAlarms).toEqual([
    expect.objectContaining({
      ...{ AlarmName: "dev/fraud/Dead", AlarmArn: arnOf("dev/fraud/Dead") },
      ...{ AlarmDescription: "dev/fraud/Dead fails.", MetricName: "Failures", Threshold: 1 },
      ...{ StateValue: "INSUFFICIENT_DATA", StateReason: "Not evaluated yet." },
      StateTransitionedTimestamp: new Date(1_000),
    }),
  ]);
});

test("an alarm's state can be set for a try", async () => {
  const AlarmName = "dev/fraud/Dead";
  await client.send(
    new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "a drill" }),
  );
  expect(changes).toMatchObject([{ to: { value: "ALARM", reason: "a drill" } }]);
  const ringing = new DescribeAlarmsCommand({ StateValue: "ALARM" });
  expect((await client.send(ringing)).MetricAlarms).toMatchObject([{ AlarmName }]);
  const none = { AlarmName: "none", StateValue: "ALARM", StateReason: "" } as const;
  await expect(client.send(new SetAlarmStateCommand(none))).rejects.toThrow("no alarm none");
});

test("metric data come by period, the newest first, percentiles and math too", async () => {
  for (const [minute, value] of [100, 200, 400, 800].entries()) {
    store.put(latency, value, minute * MINUTE_MS + 30_000);
  }
  const Dimensions = [{ Name: "consumer", Value: "fraud" }];
  const Metric = { Namespace: "Shop", MetricName: "LatencyMs", Dimensions };
  const { MetricDataResults } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(0),
      EndTime: new Date(6 * MINUTE_MS),
      MetricDataQueries: [
        { Id: "sum", MetricStat: { Metric, Stat: "Sum", Period: 120 } },
        { Id: "p99", MetricStat: { Metric, Stat: "p99", Period: 300 } },
        { Id: "double", Expression: "2 * sum" },
      ],
    }),
  );
  const [sum, p99, double] = MetricDataResults ?? [];
  expect(sum).toMatchObject({
    ...{ Id: "sum", Values: [1_200, 300], StatusCode: "Complete" },
    Timestamps: [new Date(2 * MINUTE_MS), new Date(0)],
  });
  expect(p99?.Values?.[0]).toBeCloseTo(800, -2);
  expect(double).toMatchObject({ Values: [2_400, 600] });
});

test("what it does not know is refused by name", async () => {
  await expect(client.send(new ListMetricsCommand({}))).rejects.toThrow(
    "answers DescribeAlarms, GetMetricData, SetAlarmState, not ListMetrics",
  );
  const parents = new DescribeAlarmsCommand({ ParentsOfAlarmName: "dev/fraud/Dead" });
  await expect(client.send(parents)).rejects.toThrow("ParentsOfAlarmName");
});

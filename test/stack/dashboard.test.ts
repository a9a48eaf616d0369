import { describe, expect, it } from "vitest";
import { consumersOf, flatten, property, synthesize, variable } from "./synthesize.ts";

type Widget = {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[];
  };
};

const template = synthesize();
const [dashboard] = template.ofType("AWS::CloudWatch::Dashboard");
const { widgets } = JSON.parse(flatten(property(dashboard, "DashboardBody"))) as {
  widgets: readonly Widget[];
};
const consumers = consumersOf(template).map(({ handler }) => String(variable(handler, "CONSUMER")));
/** What CloudWatch shows on a screen of usual height, in its rows. */
const SCREEN_ROWS = 12;

const alarmName = (reference: string): string => {
  const id = reference.replace(/^<(.*)>$/, "$1");
  const alarm = [
    ...template.ofType("AWS::CloudWatch::Alarm"),
    ...template.ofType("AWS::CloudWatch::CompositeAlarm"),
  ].find((each) => each.id === id);
  return String(property(alarm, "AlarmName")).replace("OrderEventBus-dev/", "");
};
const lightsOf = (shown: readonly Widget[]): string[] =>
  shown.flatMap(({ properties: { alarms = [] } }) => alarms.map(alarmName));

/** From a consumer's heading to the next one. */
const blockOf = (name: string): readonly Widget[] => {
  const from = widgets.findIndex(({ properties }) => properties.markdown === `## ${name}`);
  const length = widgets.slice(from + 1).findIndex(({ type }) => type === "text");
  return widgets.slice(from, length < 0 ? widgets.length : from + 1 + length);
};

describe("the dashboard", () => {
  it("shows what rings before all else, then the path of an order from left to right", () => {
    const [first, ...others] = widgets;
    expect(first?.type).toBe("alarm");
    expect(lightsOf([first!])).toEqual(
      expect.arrayContaining(["bus/Stuck", "relay/Behind", "api/Failures", "admission/Closed"]),
    );
    const path = ["1 Order API", "2 Relay", "3 Topic"].map((title) =>
      others.find(({ properties }) => properties.title === title),
    );
    const places = path.map((graph) => [graph?.x, graph?.y]);
    expect(places).toEqual([0, 6, 12].map((x) => [x, first?.height]));
  });

  it.each(consumers)(
    "shows %s on one screen: its own alarms, lag, failures, latency, dead",
    (name) => {
      const block = blockOf(name);
      const top = Math.min(...block.map(({ y }) => y));
      const bottom = Math.max(...block.map(({ y, height }) => y + height));
      expect(bottom - top).toBeLessThanOrEqual(SCREEN_ROWS);
      for (const { x, width } of block) expect(x + width).toBeLessThanOrEqual(24);
      expect(block.map(({ properties }) => properties.title)).toEqual([
        ...[undefined, "Alarms", "Behind", "Outcomes"],
        ...["From the order to its effect", "Dead letters"],
      ]);
      const lights = lightsOf(block);
      expect(lights).toEqual(
        expect.arrayContaining(["Stuck", "Outage", "Behind"].map((id) => `${name}/${id}`)),
      );
      expect(lights.filter((each) => !each.startsWith(`${name}/`))).toEqual([]);
      expect(lights).not.toContain(`${name}/Dead`);
    },
  );

  it("has a block for each consumer, and a light for every alarm that tells somebody", () => {
    expect(consumers).toHaveLength(5);
    const telling = [
      ...template.ofType("AWS::CloudWatch::Alarm"),
      ...template.ofType("AWS::CloudWatch::CompositeAlarm"),
    ].filter((alarm) => property(alarm, "AlarmActions") !== undefined);
    const names = telling.map((alarm) =>
      String(property(alarm, "AlarmName")).replace("OrderEventBus-dev/", ""),
    );
    expect(lightsOf(widgets).toSorted()).toEqual(names.toSorted());
  });
});

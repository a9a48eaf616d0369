import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { embeddedMetrics } from "../../local/alarms/embedded-metrics.ts";
import { createMetricStore, type Metric } from "../../local/alarms/metric-store.ts";

const MINUTE_MS = 60_000;
const metric: Metric = { namespace: "Shop", name: "LatencyMs", dimensions: { a: "1", b: "2" } };
const HOUR = { fromMs: 0, toMs: 60 * MINUTE_MS };

const filled = (values: readonly { value: number; atMs: number }[]) => {
  const store = createMetricStore(MINUTE_MS);
  for (const { value, atMs } of values) store.put(metric, value, atMs);
  return (stat: string, span = HOUR) => store.statistic(metric, stat, span);
};

const values = fc.array(
  fc.record({ value: fc.integer({ min: 0, max: 1e6 }), atMs: fc.nat(60 * MINUTE_MS - 1) }),
  { minLength: 1, maxLength: 200 },
);

describe("the metrics", () => {
  it("add up over any minutes, in whatever order they came", () => {
    fc.assert(
      fc.property(values, fc.nat(60), fc.nat(60), (all, first, length) => {
        const span = { fromMs: first * MINUTE_MS, toMs: (first + length) * MINUTE_MS };
        const within = all
          .filter(({ atMs }) => atMs >= span.fromMs && atMs < span.toMs)
          .map(({ value }) => value);
        const read = filled(all);
        const sum = within.reduce((a, b) => a + b, 0);
        const expected = within.length === 0 ? undefined : sum;
        expect(read("Sum", span)).toBe(expected);
        if (expected === undefined) return;
        expect(read("SampleCount", span)).toBe(within.length);
        expect(read("Average", span)).toBe(sum / within.length);
        expect(read("Minimum", span)).toBe(Math.min(...within));
        expect(read("Maximum", span)).toBe(Math.max(...within));
      }),
    );
  });

  it("have percentiles within 2 %", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (all, percent) => {
        const sorted = all.map(({ value }) => value).toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
        expect(Math.abs((filled(all)(`p${percent}`) ?? 0) - exact)).toBeLessThanOrEqual(
          exact * 0.02,
        );
      }),
    );
  });

  it("are one by namespace, name and dimensions, in whatever order these are told", () => {
    const store = createMetricStore(MINUTE_MS);
    store.put(metric, 1, 0);
    const turned = { ...metric, dimensions: { b: "2", a: "1" } };
    expect(store.statistic(turned, "Sum", HOUR)).toBe(1);
    expect(store.statistic({ ...metric, dimensions: { a: "1" } }, "Sum", HOUR)).toBeUndefined();
    expect(store.statistic({ ...metric, namespace: "Other" }, "Sum", HOUR)).toBeUndefined();
  });

  it("are kept for three hours", () => {
    const store = createMetricStore(MINUTE_MS);
    const atMs = 4 * 60 * MINUTE_MS;
    store.put(metric, 1, 0);
    store.put(metric, 2, 2 * 60 * MINUTE_MS);
    store.put(metric, 4, atMs);
    expect(store.statistic(metric, "Sum", { fromMs: 0, toMs: atMs + 1 })).toBe(6);
  });
});

describe("a line that a function printed", () => {
  const line = {
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: "Shop",
          Dimensions: [["service", "consumer"]],
          Metrics: [{ Name: "Applied", Unit: "Count" }, { Name: "LatencyMs" }, { Name: "Text" }],
        },
      ],
    },
    ...{ service: "s", consumer: "c", Applied: 2, LatencyMs: [3, 4], Text: "none" },
  };
  const dimensions = { service: "s", consumer: "c" };

  it("tells its metrics with their values", () => {
    expect(embeddedMetrics(line)).toEqual([
      { metric: { namespace: "Shop", name: "Applied", dimensions }, values: [2] },
      { metric: { namespace: "Shop", name: "LatencyMs", dimensions }, values: [3, 4] },
      { metric: { namespace: "Shop", name: "Text", dimensions }, values: [] },
    ]);
  });

  it.each([{}, { _aws: 1 }, { _aws: { CloudWatchMetrics: [{ Namespace: 1 }] } }])(
    "tells nothing where it is no such line: %j",
    (other) => {
      expect(embeddedMetrics(other)).toEqual([]);
    },
  );
});

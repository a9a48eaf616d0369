import type { MetricListener } from "../../local/function-log.ts";

/** Sums what the functions tell in CloudWatch's embedded metric format, by consumer and name. */
export const countMetrics = () => {
  const sums = new Map<string, number>();
  const listen: MetricListener = (metric) => {
    for (const [name, value] of Object.entries(metric)) {
      const values = [value].flat().filter((each) => typeof each === "number");
      const key = `${metric.consumer} ${name}`;
      sums.set(
        key,
        values.reduce((sum, each) => sum + each, sums.get(key) ?? 0),
      );
    }
  };
  return { listen, of: (consumer: string, name: string) => sums.get(`${consumer} ${name}`) ?? 0 };
};

import type { ConsumerOutput } from "../stage-outputs.ts";

/** The stack's namespace. */
const NAMESPACE = "OrderEventBus";

/** What a consumer's function emits, as CloudWatch names it. */
export const functionMetric = (
  stackName: string,
  { name }: Pick<ConsumerOutput, "name">,
  MetricName: string,
) => ({
  Namespace: NAMESPACE,
  MetricName,
  Dimensions: [
    { Name: "service", Value: `${stackName}-${name.replace("@", "-")}` },
    { Name: "consumer", Value: name.split("@")[0] },
  ],
});

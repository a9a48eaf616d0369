import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";

/** By the key of its rows, so that a plan stays with its generation. */
export const plannedConsumer = (
  { outputs }: Pick<Stage, "outputs">,
  name: string,
): ConsumerOutput => {
  const found = outputs.Consumers.find((consumer) => consumer.name === name);
  if (found !== undefined) return found;
  const known = outputs.Consumers.map((consumer) => consumer.name).join(", ");
  throw new Error(`${outputs.stackName} has no consumer ${name}; it has ${known}. Plan anew`);
};

import type { ConsumerOutput, StageOutputs } from "./stage-outputs.ts";
import { consumerNamed } from "./stage-outputs.ts";

/** What an operator may pause: it reads a queue, or the orders table's stream. */
export type Pausable = {
  readonly name: string;
  readonly mappingId: string;
  /** The relay has none. */
  readonly consumer?: ConsumerOutput;
};

const RELAY = "relay";

/** The newest generation of the consumer of this name; `relay` is the relay, unless a consumer is called so. */
export const pausableNamed = (outputs: StageOutputs, name: string): Pausable => {
  const { Consumers, RelayMappingId } = outputs;
  const isConsumer = Consumers.some((consumer) => consumer.name.split("@")[0] === name);
  if (name === RELAY && RelayMappingId !== undefined && !isConsumer) {
    return { name, mappingId: RelayMappingId };
  }
  const consumer = consumerNamed(outputs, name);
  return { name: consumer.name, mappingId: consumer.mappingId, consumer };
};

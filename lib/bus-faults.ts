import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { AdmissionDoor } from "./admission-door.ts";
import { registerFaults } from "./consumer-register.ts";
import type { OrderApi } from "./order-api.ts";
import type { OrderConsumer } from "./order-consumer.ts";
import { type StageSettings, unknownConsumers } from "./stage-settings.ts";

type Judged = Construct & {
  readonly settings: StageSettings;
  readonly api: OrderApi | undefined;
  readonly admission: AdmissionDoor | undefined;
  readonly consumers: readonly OrderConsumer[];
};

const doorFaults = ({ api, admission }: Judged): string[] => {
  if (api !== undefined || admission === undefined) return [];
  return [
    'settings.admission is on, and nobody asks the door; allowed before a table of your own: "off". The door is in the order API, which this bus does not have: see docs/migrate.md.',
  ];
};

const protectionFaults = (bus: Judged): string[] => {
  const { stackName, terminationProtection } = Stack.of(bus);
  if (terminationProtection === true) return [];
  return [
    `the stack ${stackName} has no termination protection; allowed where settings.protectData is "keep": terminationProtection: true. Give it to the stack that the bus is in.`,
  ];
};

/** What is wrong with a bus as a whole, once all its consumers are there; a sentence a fault. */
export const busFaults = (bus: Judged): string[] => {
  const { settings, consumers } = bus;
  const names = consumers.map((consumer) => consumer.name);
  const ids = consumers.map((consumer) => consumer.node.id);
  return [
    ...unknownConsumers(settings, names),
    ...doorFaults(bus),
    ...(settings.protectData === "keep"
      ? [...protectionFaults(bus), ...registerFaults(bus, ids)]
      : []),
  ];
};

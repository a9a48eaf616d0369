/**
 * The AsyncAPI document of the bus: its topic, its queues and its events. The messages come from
 * the schemas that the functions validate with, the queues from the register of consumers.
 * `npm run schemas` writes it to docs/asyncapi.json; a test checks that it is current.
 */
import { writeFileSync } from "node:fs";
import cdk from "../cdk.json" with { type: "json" };
import { EVENT_TYPES, type OrderEventType, SCHEMA_VERSION } from "../lambdas/core/order-event.ts";
import { jsonSchemaOf } from "./event-schemas.ts";
import { exampleEvents } from "./example-events.ts";

const FILE = new URL("../docs/asyncapi.json", import.meta.url);

const DESCRIPTION = `Every step of every order, told to each consumer in sequence. Events are
CloudEvents 1.0 in structured JSON: all is in the body, and nothing else of a message is to be relied
upon. \`subject\` is the order id, and \`sequence\` (the official extension) counts the events of that
order from 1 without gaps. An event may come more than once, and its like with a higher sequence before
it; whoever applies only the one after the last, and that once, is right. A newer minor version may add
fields and event types, never change or remove any.`;

const MEANINGS: Readonly<Record<string, string>> = {
  id: "Unique and the same for ever, also when the event is published again.",
  subject: "The order id.",
  time: "When the step was taken.",
  sequence: "The order's version after this event: 1, 2, 3, … without gaps.",
  schemaversion: "major.minor of this event's schema.",
  history: "The types of this order's events from the first to this one, comma-separated.",
  traceparent: "The W3C trace context of the call that caused the event.",
};

type Properties = Readonly<Record<string, object>>;

const described = (properties: Properties): Properties => {
  const unknown = Object.keys(MEANINGS).filter((name) => properties[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`described, but not in the schema: ${unknown.join(", ")}`);
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const description = MEANINGS[name];
      return [name, description === undefined ? property : { description, ...property }];
    }),
  );
};

const messageOf = (type: OrderEventType): object => {
  const { $schema: _draft7, ...schema } = jsonSchemaOf(type);
  return {
    name: type,
    title: `An order is ${type.replace("order.", "")}`,
    contentType: "application/cloudevents+json",
    correlationId: { $ref: "#/components/correlationIds/order" },
    payload: { ...schema, properties: described(schema.properties as Properties) },
    examples: [{ name: type, payload: exampleEvents[type] }],
  };
};

const register: Readonly<Record<string, string>> = cdk.context["order-event-bus:consumers"];
const consumers = Object.keys(register).filter((name) => register[name] === "active");

const references = (place: string): Readonly<Record<string, object>> =>
  Object.fromEntries(EVENT_TYPES.map((type) => [type, { $ref: `#/${place}/${type}` }]));

const queueChannel = (name: string): readonly [string, object] => [
  name,
  {
    address: `OrderEventBus-{stage}-${name}.fifo`,
    description: `The FIFO queue of ${name}: raw delivery of the topic, group = order id.`,
    parameters: { stage: { description: "The deployed stage.", default: "dev" } },
    messages: references("components/messages"),
    bindings: {
      sqs: {
        queue: { name: `OrderEventBus-{stage}-${name}.fifo`, fifoQueue: true },
        bindingVersion: "0.2.0",
      },
    },
  },
];

const operation = (action: "send" | "receive", channel: string, summary: string): object => ({
  action,
  summary,
  channel: { $ref: `#/channels/${channel}` },
  messages: Object.values(references(`channels/${channel}/messages`)),
});

export const asyncApi = (): string => {
  const document = {
    asyncapi: "3.0.0",
    info: {
      title: "Order event bus",
      version: SCHEMA_VERSION,
      description: DESCRIPTION.replaceAll("\n", " "),
      license: { name: "MIT" },
    },
    defaultContentType: "application/cloudevents+json",
    channels: {
      orders: {
        // CloudFormation names the topic; its ARN is the stack's output `TopicArn`.
        address: null,
        description:
          "The SNS FIFO topic: group = order id, deduplication id = event id. The stack's output TopicArn tells its address.",
        messages: references("components/messages"),
      },
      ...Object.fromEntries(consumers.map(queueChannel)),
    },
    operations: {
      publish: operation("send", "orders", "The relay publishes each event of each order."),
      ...Object.fromEntries(
        consumers.map((name) => [
          name,
          operation("receive", name, `${name} applies each event of each order once.`),
        ]),
      ),
    },
    components: {
      correlationIds: {
        order: { description: "The order id.", location: "$message.payload#/subject" },
      },
      messages: Object.fromEntries(EVENT_TYPES.map((type) => [type, messageOf(type)])),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};

if (import.meta.main) {
  writeFileSync(FILE, asyncApi());
  console.log(`docs/asyncapi.json written: the topic and ${consumers.length} queues`);
}

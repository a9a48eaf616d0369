/** Events that no relay of ours would send: for what else may find its way to the topic. */
import { randomUUID } from "node:crypto";
import { PublishCommand } from "@aws-sdk/client-sns";
import { createAwsClients } from "../../local/aws-clients.ts";
import type { EmbeddedBus } from "../../local/embedded-bus.ts";

/** A sound event, but for what is laid over it. */
export const makeBody = (subject: string, sequence: number, over: object = {}): string =>
  JSON.stringify({
    ...{ specversion: "1.0", id: randomUUID(), source: "urn:by-hand", subject },
    ...{ type: "order.created", time: new Date().toISOString(), history: "order.created" },
    ...{ sequence: String(sequence), sequencetype: "Integer", schemaversion: "1.0" },
    datacontenttype: "application/json",
    data: {
      ...{ customerId: "by-hand", currency: "EUR", totalCents: 700 },
      lines: [{ sku: "sku-by-hand", quantity: 1, unitPriceCents: 700 }],
    },
    ...over,
  });

export const publisher = (bus: EmbeddedBus) => {
  const { sns, destroy } = createAwsClients(bus.endpoints);
  const publish = async (group: string, body: string): Promise<void> => {
    await sns.send(
      new PublishCommand({
        TopicArn: bus.outputs.TopicArn,
        Message: body,
        MessageGroupId: group,
        MessageDeduplicationId: randomUUID(),
      }),
    );
  };
  return { publish, destroy };
};

import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { ParkingQueue } from "../core/ports.ts";

/** The standard queue that is also the stream's failure destination (4.9). */
export const sqsParkingQueue = (
  client: Pick<SQSClient, "send">,
  queueUrl: string,
): ParkingQueue => ({
  park: async ({ orderId, sequence, error: { name, message } }) => {
    const body = JSON.stringify({ orderId, sequence, error: { name, message } });
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  },
});

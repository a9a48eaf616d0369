/**
 * A redrive such as an operator writes who has never seen our tools: read the dead-letter queue,
 * send to the source queue with a fresh deduplication id, delete when that is confirmed.
 */
import { randomUUID } from "node:crypto";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { queueDepth } from "../../cli/queue-depth.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";

export type DeadLetter = {
  readonly subject: string;
  readonly sequence: number;
  readonly type: string;
};

/** What the letters were, in the order in which the dead-letter queue gave them out. */
export const redriveByHand = async (stage: Stage, consumer: string): Promise<DeadLetter[]> => {
  const { queueUrl, deadLetterQueueUrl } = consumerNamed(stage.outputs, consumer);
  const { sqs } = stage;
  const letters: DeadLetter[] = [];
  for (let left = await queueDepth(sqs, deadLetterQueueUrl); left > 0; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetterQueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
      }),
    );
    const read = Messages.map(({ Body = "", ReceiptHandle }) => {
      const { subject, sequence, type } = JSON.parse(Body);
      return { Body, ReceiptHandle, letter: { subject, sequence: Number(sequence), type } };
    });
    read.sort((a, b) => a.letter.sequence - b.letter.sequence);
    for (const { Body, ReceiptHandle, letter } of read) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: Body,
          MessageGroupId: letter.subject,
          MessageDeduplicationId: randomUUID(),
        }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetterQueueUrl, ReceiptHandle }));
      letters.push(letter);
      left--;
    }
  }
  return letters;
};

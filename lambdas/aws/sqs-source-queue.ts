import type { Logger } from "@aws-lambda-powertools/logger";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SourceQueue } from "../core/ports.ts";

/** The most entries that one batch request takes. */
const BATCH = 10;

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );

/**
 * A message whose visibility could not be set comes back when its visibility timeout ends: later
 * than wished, never lost. So failures are told and not thrown (3.17). The client is asked for when
 * it is needed.
 */
export const sqsSourceQueue = (
  client: () => SQSClient,
  queueUrl: string,
  logger: Pick<Logger, "warn">,
): SourceQueue => {
  const tell = (call: string, codes: readonly (string | undefined)[]): void => {
    if (codes.length > 0) logger.warn(`${call} failed for ${codes.length} messages`, { codes });
  };
  const attempt = async (
    call: string,
    request: () => Promise<{ Failed?: { Code: string | undefined }[] | undefined }>,
  ): Promise<void> => {
    try {
      const { Failed = [] } = await request();
      tell(
        call,
        Failed.map(({ Code }) => Code),
      );
    } catch (error) {
      tell(call, [error instanceof Error ? error.name : "Thrown"]);
    }
  };
  return {
    hide: async (entries) => {
      for (const chunk of chunks(entries)) {
        const Entries = chunk.map(({ message, seconds }, index) => ({
          Id: String(index),
          ReceiptHandle: message.receiptHandle,
          VisibilityTimeout: seconds,
        }));
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
        await attempt("ChangeMessageVisibilityBatch", () => client().send(command));
      }
    },
    remove: async (messages) => {
      for (const chunk of chunks(messages)) {
        const Entries = chunk.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
        }));
        const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries });
        await attempt("DeleteMessageBatch", () => client().send(command));
      }
    },
  };
};

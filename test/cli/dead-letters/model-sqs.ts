/**
 * An SQS client over the simulation's models of FIFO queues, which give out runs of a group as AWS
 * does. Its clock moves only with a long poll that finds nothing: a busy machine makes nothing expire.
 */
import { setImmediate } from "node:timers/promises";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { makeBody } from "../../end-to-end/send-by-hand.ts";
import { type FifoQueue, fifoQueue } from "../../sim/fifo-queue.ts";

export type ModelFaults = {
  /** Whether this entry of a send or of a delete fails. */
  readonly failsSend?: (body: string) => boolean;
  readonly failsDelete?: () => boolean;
  /** Orders the groups of a receive. */
  readonly rank?: () => number;
};

type Place = { readonly orderId: string; readonly sequence: number };

/** Two of them, after which a pass ends, are over before what it holds is visible again. */
const LONG_POLL_MS = 10_000;

const receive = (
  queue: FifoQueue,
  { input }: ReceiveMessageCommand,
  { rank, nowMs }: { readonly rank: () => number; readonly nowMs: number },
) => {
  const { MaxNumberOfMessages = 1, VisibilityTimeout = 30 } = input;
  const messages = queue.receive(MaxNumberOfMessages, nowMs, rank, VisibilityTimeout * 1_000);
  return {
    Messages: messages.map(({ messageId, receipt, body, groupId, sentAtMs }) => ({
      ...{ MessageId: messageId, ReceiptHandle: receipt, Body: body },
      Attributes: { MessageGroupId: groupId, SentTimestamp: String(Math.round(sentAtMs)) },
    })),
  };
};

/** `Successful` and `Failed`, as a batch call tells them. */
const batch = <E extends { readonly Id: string | undefined }>(
  entries: readonly E[],
  run: (entry: E) => object | undefined,
) => {
  const answers = entries.map((entry) => ({ Id: entry.Id, done: run(entry) }));
  return {
    Successful: answers.flatMap(({ Id, done }) => (done === undefined ? [] : [{ Id, ...done }])),
    Failed: answers.flatMap(({ Id, done }) =>
      done === undefined ? [{ Id, Code: "Refused" }] : [],
    ),
  };
};

export const modelSqs = ({
  failsSend = () => false,
  failsDelete = () => false,
  rank = () => 0,
}: ModelFaults = {}) => {
  let clockMs = 0;
  const nowMs = (): number => clockMs;
  let polls: Promise<void> | undefined;
  /** Polls at the same time take that time once, after whatever else goes on. */
  const pollInVain = (): Promise<void> => {
    polls ??= setImmediate().then(() => {
      clockMs += LONG_POLL_MS;
      polls = undefined;
    });
    return polls;
  };
  let issued = 0;
  const ids = () => `m${++issued}`;
  const queues = new Map<string, FifoQueue>();
  const queue = (url: string): FifoQueue => {
    const found = queues.get(url) ?? fifoQueue({ name: url, visibilityMs: 30_000 }, ids);
    queues.set(url, found);
    return found;
  };
  const sent: Place[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    const { QueueUrl = "", ...input } = (command as { input: { QueueUrl?: string } }).input;
    const at = queue(QueueUrl);
    if (command instanceof ReceiveMessageCommand) {
      const answer = receive(at, command, { rank, nowMs: nowMs() });
      const waits = (command.input.WaitTimeSeconds ?? 0) > 0;
      if (waits && answer.Messages.length === 0) await pollInVain();
      return answer;
    }
    if (command instanceof GetQueueAttributesCommand) {
      const hidden = at.messages().filter(({ hiddenUntilMs }) => hiddenUntilMs > nowMs()).length;
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(at.size() - hidden),
          ApproximateNumberOfMessagesNotVisible: String(hidden),
          ApproximateNumberOfMessagesDelayed: "0",
        },
      };
    }
    if (command instanceof SendMessageBatchCommand) {
      return batch(command.input.Entries ?? [], (entry) => {
        const { MessageBody: body = "", MessageGroupId: groupId = "" } = entry;
        if (failsSend(body)) return undefined;
        const dedupId = entry.MessageDeduplicationId ?? "";
        const answer = at.send({ groupId, dedupId, body }, nowMs());
        if (answer === "deduplicated") throw new Error(`${dedupId} was used before`);
        const { subject, sequence } = JSON.parse(body);
        sent.push({ orderId: subject, sequence: Number(sequence) });
        return { MessageId: at.messages().find((m) => m.dedupId === dedupId)?.messageId };
      });
    }
    if (command instanceof DeleteMessageBatchCommand) {
      return batch(command.input.Entries ?? [], ({ ReceiptHandle = "" }) =>
        failsDelete() || at.remove(ReceiptHandle, nowMs()) === "expired" ? undefined : {},
      );
    }
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      return batch(command.input.Entries ?? [], ({ ReceiptHandle = "", VisibilityTimeout = 0 }) =>
        at.hide(ReceiptHandle, VisibilityTimeout, nowMs()) === "hidden" ? {} : undefined,
      );
    }
    throw new Error(`not modelled: ${JSON.stringify(input)}`);
  };
  const put = (url: string, { orderId, sequence }: Place): string => {
    const dedupId = `put-${ids()}`;
    const body = makeBody(orderId, sequence);
    queue(url).send({ groupId: orderId, dedupId, body }, nowMs());
    return (
      queue(url)
        .messages()
        .find((m) => m.dedupId === dedupId)?.messageId ?? ""
    );
  };
  const placesIn = (url: string): Place[] =>
    queue(url)
      .messages()
      .map(({ body }) => {
        const { subject, sequence } = JSON.parse(body);
        return { orderId: subject, sequence: Number(sequence) };
      });
  const hiddenIn = (url: string): number =>
    queue(url)
      .messages()
      .filter(({ hiddenUntilMs }) => hiddenUntilMs > nowMs()).length;
  return { sqs: { send } as unknown as SQSClient, put, placesIn, hiddenIn, sent };
};

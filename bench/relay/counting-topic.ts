/** An SNS that takes every entry but those it is told to refuse, and counts what it is asked. */
import type {
  PublishBatchCommand,
  PublishBatchCommandOutput,
  PublishBatchRequestEntry,
} from "@aws-sdk/client-sns";

export type Refusal = { readonly Code: string; readonly SenderFault: boolean };

export type CountingTopic = {
  readonly send: (command: PublishBatchCommand) => Promise<PublishBatchCommandOutput>;
  readonly counts: {
    calls: number;
    entries: number;
    /** Entries that it had taken before. */
    twice: number;
    /** Calls one after the other, those at a time counted once. */
    turns: number;
    /** Calls with two events of one order: there must be none. */
    unsafe: number;
  };
  /** Deduplication ids by order, in the order of their first arrival. */
  readonly arrived: ReadonlyMap<string, readonly string[]>;
};

export const countingTopic = (
  refuse: (entry: PublishBatchRequestEntry) => Refusal | undefined = () => undefined,
): CountingTopic => {
  const counts = { calls: 0, entries: 0, twice: 0, turns: 0, unsafe: 0 };
  const arrived = new Map<string, string[]>();
  let turn: Promise<void> | undefined;
  const waitForTurn = (): Promise<void> => {
    turn ??= new Promise((resolve) => {
      counts.turns++;
      setImmediate(() => {
        turn = undefined;
        resolve();
      });
    });
    return turn;
  };
  const take = ({ MessageGroupId = "", MessageDeduplicationId = "" }: PublishBatchRequestEntry) => {
    const ofOrder = arrived.get(MessageGroupId) ?? [];
    if (ofOrder.includes(MessageDeduplicationId)) counts.twice++;
    else arrived.set(MessageGroupId, [...ofOrder, MessageDeduplicationId]);
  };
  return {
    counts,
    arrived,
    send: async ({ input: { PublishBatchRequestEntries: entries = [] } }) => {
      counts.calls++;
      counts.entries += entries.length;
      const orders = new Set(entries.map(({ MessageGroupId }) => MessageGroupId));
      if (orders.size < entries.length) counts.unsafe++;
      await waitForTurn();
      const verdicts = entries.map((entry) => ({ entry, refusal: refuse(entry) }));
      const taken = verdicts.filter(({ refusal }) => refusal === undefined);
      for (const { entry } of taken) take(entry);
      return {
        $metadata: {},
        Successful: taken.map(({ entry: { Id } }) => ({ Id })),
        Failed: verdicts.flatMap(({ entry: { Id }, refusal }) =>
          refusal === undefined ? [] : [{ Id, ...refusal }],
        ),
      };
    },
  };
};

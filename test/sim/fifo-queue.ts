/**
 * SQS FIFO as the bus relies on it, held to AWS-validated facts by `test/contract`.
 *
 * A receive returns runs of a group in order; a message in flight locks all that is behind it in
 * its group; the receive beyond `maxReceiveCount` moves a message to the dead-letter queue instead
 * of returning it, with its id kept and its deduplication id replaced by that id (2.11, 2.25).
 */
export type QueueMessage = {
  readonly messageId: string;
  readonly groupId: string;
  readonly dedupId: string;
  readonly body: string;
  readonly sentAtMs: number;
  receiveCount: number;
  /** In flight until then. */
  hiddenUntilMs: number;
  receipt: string;
  /** The queue that SQS moved it from; a message sent here by hand has none (2.23). */
  readonly movedFrom?: string;
};

export type QueueSettings = {
  readonly name: string;
  readonly visibilityMs: number;
  readonly redrive?: { readonly maxReceiveCount: number; readonly to: FifoQueue };
  readonly onMove?: (message: QueueMessage) => void;
  readonly dedupScope?: "queue" | "group";
  /** Without one, messages live for ever. */
  readonly retentionMs?: number;
};

export type FifoQueue = ReturnType<typeof fifoQueue>;

const DEDUP_MS = 300_000;

export const fifoQueue = (settings: QueueSettings, ids: () => string) => {
  const { name, redrive } = settings;
  const groups = new Map<string, QueueMessage[]>();
  const byReceipt = new Map<string, QueueMessage>();
  const sentIds = new Map<string, number>();
  let size = 0;

  const add = (message: QueueMessage): void => {
    const group = groups.get(message.groupId) ?? [];
    groups.set(message.groupId, group);
    group.push(message);
    size++;
  };

  const drop = (message: QueueMessage): void => {
    const group = groups.get(message.groupId) ?? [];
    const index = group.indexOf(message);
    if (index < 0) return;
    group.splice(index, 1);
    if (group.length === 0) groups.delete(message.groupId);
    byReceipt.delete(message.receipt);
    size--;
  };

  const move = (message: QueueMessage, nowMs: number): void => {
    drop(message);
    settings.onMove?.(message);
    redrive?.to.accept({
      ...message,
      dedupId: message.messageId,
      sentAtMs: nowMs,
      hiddenUntilMs: 0,
      receipt: "",
      movedFrom: name,
    });
  };

  const deliver = (message: QueueMessage, nowMs: number, visibilityMs: number): QueueMessage => {
    byReceipt.delete(message.receipt);
    message.receiveCount++;
    message.hiddenUntilMs = nowMs + visibilityMs;
    message.receipt = ids();
    byReceipt.set(message.receipt, message);
    return { ...message };
  };

  /** Nobody is told of a message whose retention has ended (2.5). */
  const expire = (nowMs: number, retentionMs: number): void => {
    for (const message of [...groups.values()].flat()) {
      if (nowMs - message.sentAtMs >= retentionMs) drop(message);
    }
  };

  /** A redrive takes the oldest first (2.13). */
  const oldest = (): QueueMessage | undefined => {
    const heads = [...groups.values()].map((group) => group[0] as QueueMessage);
    return heads.reduce<QueueMessage | undefined>(
      (a, b) => (a === undefined || b.sentAtMs < a.sentAtMs ? b : a),
      undefined,
    );
  };

  return {
    name,
    size: () => size,
    messages: (): QueueMessage[] => [...groups.values()].flat(),
    /** What a move or a test puts in as it is. */
    accept: add,
    send: (
      entry: { readonly groupId: string; readonly dedupId: string; readonly body: string },
      nowMs: number,
    ): "sent" | "deduplicated" => {
      const scoped = settings.dedupScope === "queue" ? "" : `${entry.groupId}|`;
      const key = `${scoped}${entry.dedupId}`;
      const before = sentIds.get(key);
      if (before !== undefined && nowMs - before < DEDUP_MS) return "deduplicated";
      sentIds.set(key, nowMs);
      const fresh = { receiveCount: 0, hiddenUntilMs: 0, receipt: "" };
      add({ ...entry, ...fresh, messageId: ids(), sentAtMs: nowMs });
      return "sent";
    },
    /** `rank` orders the groups, which SQS does not promise anything about. */
    receive: (
      max: number,
      nowMs: number,
      rank: () => number,
      visibilityMs = settings.visibilityMs,
    ): QueueMessage[] => {
      if (settings.retentionMs !== undefined) expire(nowMs, settings.retentionMs);
      const received: QueueMessage[] = [];
      const order = [...groups.keys()].map((key) => ({ key, rank: rank() }));
      order.sort((a, b) => a.rank - b.rank);
      for (const { key } of order) {
        for (const message of [...(groups.get(key) ?? [])]) {
          if (received.length === max || message.hiddenUntilMs > nowMs) break;
          if (redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount) {
            move(message, nowMs);
          } else received.push(deliver(message, nowMs, visibilityMs));
        }
      }
      return received;
    },
    find: (receipt: string): QueueMessage | undefined => byReceipt.get(receipt),
    /** A FIFO queue refuses a receipt whose visibility has ended. */
    remove: (receipt: string, nowMs: number): "removed" | "expired" => {
      const message = byReceipt.get(receipt);
      if (message === undefined || message.hiddenUntilMs <= nowMs) return "expired";
      drop(message);
      return "removed";
    },
    hide: (receipt: string, seconds: number, nowMs: number): "hidden" | "expired" => {
      const message = byReceipt.get(receipt);
      if (message === undefined || message.hiddenUntilMs <= nowMs) return "expired";
      message.hiddenUntilMs = nowMs + seconds * 1_000;
      return "hidden";
    },
    /** When a message becomes visible next: `undefined` when none ever will. */
    nextVisibleMs: (nowMs: number): number | undefined => {
      let soonest: number | undefined;
      for (const group of groups.values()) {
        const visibleMs = Math.max(nowMs, group[0]?.hiddenUntilMs ?? nowMs);
        soonest = Math.min(soonest ?? visibleMs, visibleMs);
      }
      return soonest;
    },
    /** Takes a message out by hand, as a tool does that has received it. */
    discard: (message: QueueMessage): void => drop(message),
    purge: (): void => {
      groups.clear();
      byReceipt.clear();
      sentIds.clear();
      size = 0;
    },
    oldest,
    takeOldest: (): QueueMessage | undefined => {
      const message = oldest();
      if (message !== undefined) drop(message);
      return message;
    },
  };
};

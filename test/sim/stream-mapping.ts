/**
 * Lambda's event source mapping of the orders' stream: batches of a shard, in order, again and
 * again from the lowest reported record on (4.11). Shards interleave; an item is in one of them.
 */
import type { RelayPorts } from "../../lambdas/core/relay-batch.ts";
import type { RelayRecord } from "../../lambdas/core/relay-entries.ts";
import type { Bus, StreamRecord } from "./bus.ts";
import { simTopic } from "./sim-topic.ts";

export type RelayHandler = (
  ports: RelayPorts,
  records: readonly RelayRecord[],
) => Promise<{ readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] }>;

export type RelayStart = "TRIM_HORIZON" | "LATEST";

const TIMEOUT_MS = 60_000;
const POLL_MS = 250;

const toRecord = ({ recordId, orderId, oldImage, newImage }: StreamRecord): RelayRecord => ({
  kind: "written",
  recordId,
  orderId,
  newImage,
  ...(oldImage === undefined ? {} : { oldImage }),
});

/** Starts one poller a shard. `LATEST` misses what was written before the mapping was live (4.6). */
export const startStream = (bus: Bus, handler: RelayHandler, start: RelayStart): void => {
  const wakes = new Map<number, () => void>();
  bus.wakeRelay = () => {
    for (const wake of wakes.values()) wake();
  };
  bus.checkpoints = bus.shards.map(() => 0);
  bus.shards.forEach((records, shard) => {
    void poll(bus, { records, shard, start, wakes }, handler);
  });
};

type Shard = {
  readonly records: readonly StreamRecord[];
  readonly shard: number;
  readonly start: RelayStart;
  readonly wakes: Map<number, () => void>;
};

const poll = async (bus: Bus, { records, shard, start, wakes }: Shard, handler: RelayHandler) => {
  await bus.clock.sleep(bus.random.below(5_000));
  if (start === "LATEST") bus.checkpoints[shard] = records.length;
  let failures = 0;
  while (!bus.ended) {
    const from = bus.checkpoints[shard] ?? 0;
    if (from >= records.length) {
      await new Promise<void>((resolve) => {
        wakes.set(shard, resolve);
      });
      await bus.clock.sleep(bus.random.below(POLL_MS));
      continue;
    }
    const batch = records.slice(from, from + 1 + bus.random.below(20));
    const checkpoint = await invoke(bus, batch, handler);
    bus.checkpoints[shard] = from + checkpoint;
    failures = checkpoint === 0 ? failures + 1 : 0;
    if (checkpoint < batch.length) await bus.clock.sleep(Math.min(60_000, 500 * 2 ** failures));
  }
};

/** How many records of the batch are done. */
const invoke = async (
  bus: Bus,
  batch: readonly StreamRecord[],
  handler: RelayHandler,
): Promise<number> => {
  const startedMs = bus.clock.nowMs();
  let crash = (): void => {};
  const crashed = new Promise<"crashed">((resolve) => {
    crash = () => resolve("crashed");
  });
  const ports: RelayPorts = {
    topic: simTopic(bus, () => crash()),
    parking: {
      park: async ({ orderId }) =>
        bus.history.violate("11 outbox = topic", `${orderId} was parked`),
    },
    remainingMs: () => startedMs + TIMEOUT_MS - bus.clock.nowMs(),
  };
  // A function that throws gets the whole batch again (4.8); ours must never do so.
  const run = handler(ports, batch.map(toRecord)).catch((error: unknown) => {
    bus.history.violate("no function throws", `relay: ${error}`);
    return "failed" as const;
  });
  const result = await Promise.race([run, crashed]);
  if (result === "crashed" || result === "failed") return 0;
  const lowest = result.batchItemFailures.map(({ itemIdentifier }) =>
    batch.findIndex(({ recordId }) => recordId === itemIdentifier),
  );
  return lowest.length === 0 ? batch.length : Math.max(0, Math.min(...lowest));
};

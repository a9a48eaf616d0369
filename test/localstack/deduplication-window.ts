/**
 * LocalStack 4.14.0 moves a dead letter under its old deduplication id, where AWS gives it a new one
 * (2.11). Within five minutes its source queue takes it for a duplicate, and it is gone. So ids must
 * be forgotten before each move, in one of two ways.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { until } from "../emulators/until.ts";
import type { TestBus } from "../end-to-end/start-bus.ts";
import type { Shop } from "./open-shop.ts";

export type DeduplicationWindow = {
  /** Before a move: the ids of what lies in the consumer's dead-letter queue are forgotten. */
  readonly forget: () => Promise<void>;
  /** Around a move. */
  readonly duringMove: <T>(move: () => Promise<T>) => Promise<T>;
};

type Place = { readonly world: TestBus; readonly shop: Shop; readonly consumer: string };

/** Every event is applied, or lies in a dead-letter queue: none is on its way. */
const isAtRest = async ({ stage }: TestBus): Promise<boolean> => {
  const { events, consumers } = await auditOrders(stage);
  return consumers.every(
    ({ applied, deadLetters, waiting }) => waiting === 0 && applied + deadLetters === events,
  );
};

/**
 * A purge makes a queue forget its ids, on AWS too (row 11a of docs/emulators.md). It takes messages
 * along, so the shop pauses for that moment, and the purge waits until the queue holds none. The
 * consumer's mapping pauses during the move, so that an event whose receives are spent stays where
 * it is until the move is over: while it runs, LocalStack would take that one along and drop it.
 */
export const purgeIds = ({ world, shop, consumer }: Place): DeduplicationWindow => {
  const { queueUrl, mappingId } = consumerNamed(world.stage.outputs, consumer);
  return {
    forget: async () => {
      await shop.pause();
      await until("all that was sold is applied or dead", () => isAtRest(world));
      await world.stage.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
      shop.open();
    },
    duringMove: async (move) => {
      await world.bus.pauseMapping(mappingId);
      try {
        return await move();
      } finally {
        world.bus.resumeMapping(mappingId);
      }
    },
  };
};

const WINDOW_MS = 300_000;
const MARGIN_MS = 10_000;

/** Nothing pauses: the window is waited out. What is dead must lie in its dead-letter queue by then. */
export const waitOut = (): DeduplicationWindow => ({
  forget: () => sleep(WINDOW_MS + MARGIN_MS),
  duringMove: (move) => move(),
});

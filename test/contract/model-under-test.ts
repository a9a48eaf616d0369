/** The simulation's models in virtual time: a bus without faults, orders or consumers of its own. */
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { type Bus, newBus } from "../sim/bus.ts";
import { writeOrder } from "../sim/order-table.ts";
import { startStream } from "../sim/stream-mapping.ts";
import { drawWorld } from "../sim/world.ts";
import { modelQueues } from "./model-queues.ts";
import type { Change, TablesUnderTest, TableUnderTest, UnderTest } from "./under-test.ts";

const changeOf = (record: { oldImage?: OrderItem; newImage: OrderItem }): Change => ({
  kind: record.oldImage === undefined ? "INSERT" : "MODIFY",
  item: record.newImage.orderId,
  after: record.newImage.version,
  ...(record.oldImage === undefined ? {} : { before: record.oldImage.version }),
});

const orderOf = (orderId: string, version: number): OrderItem => ({
  ...{ orderId, version, status: "created", totalCents: 100, events: [] },
  ...{ customerId: "customer-1", currency: "EUR", lines: [] },
});

const createTable = (shared: Bus): TableUnderTest => {
  const bus: Bus = { ...shared, orders: new Map(), shards: [[]], checkpoints: [] };
  const records = bus.shards[0]!;
  return {
    put: async (item, value) => writeOrder(bus, orderOf(item, value)),
    changes: async () => records.map(changeOf),
    map: async (run) => {
      const handler: Parameters<typeof startStream>[1] = async (_ports, batch) => {
        const told = batch.flatMap(({ recordId }) => {
          const record = records.find((found) => found.recordId === recordId);
          return record === undefined ? [] : [{ id: recordId, change: changeOf(record) }];
        });
        const answer = (await run(told)) as Partial<Awaited<ReturnType<typeof handler>>>;
        return { batchItemFailures: answer.batchItemFailures ?? [] };
      };
      startStream(bus, handler, "TRIM_HORIZON");
      return async () => {
        bus.ended = true;
      };
    },
  };
};

export const modelUnderTest = (): UnderTest => {
  const world = { ...drawWorld(1, 0), orders: [], acts: [], shards: 1 };
  const bus = newBus(world, { struck: new Set(), only: new Set() });
  const { clock } = bus;
  const tables: TablesUnderTest = { createTable: async () => createTable(bus) };
  return {
    queues: modelQueues(bus),
    tables,
    time: {
      nowMs: clock.nowMs,
      pass: async (seconds) => {
        let over = false;
        void clock.sleep(seconds * 1_000).then(() => {
          over = true;
        });
        await clock.run(() => over);
      },
      later: (seconds) => clock.sleep(seconds * 1_000),
    },
    close: async () => {},
  };
};

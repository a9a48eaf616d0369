import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { NextStep } from "../../lambdas/core/order-steps.ts";
import type { Publication, PublishResult } from "../../lambdas/core/ports.ts";
import { type RelayReport, relayBatch } from "../../lambdas/core/relay-batch.ts";
import type { RelayRecord } from "../../lambdas/core/relay-entries.ts";
import { makeOrder } from "../core/make-order.ts";

const WALK: readonly NextStep[] = ["pay", "ship", "deliver"];

/** The order after `version` events. */
export const orderAt = (orderId: string, version: number): OrderItem =>
  makeOrder(WALK.slice(0, version - 1), orderId);

/** The record of one write that took an order from one version to another. */
export const written = (orderId: string, from: number, to: number): RelayRecord => ({
  kind: "written",
  recordId: `${orderId}:${to}`,
  orderId,
  newImage: orderAt(orderId, to),
  ...(from === 0 ? {} : { oldImage: orderAt(orderId, from) }),
});

export type Verdict = "published" | "failed" | "unsendable";
export const error = { name: "Broken", message: "for this test" };

export type RelayWorld = {
  readonly calls: (readonly Publication[])[];
  /** What the topic has, as `order:sequence`, in the order of arrival. */
  readonly arrived: string[];
  readonly parked: { orderId: string; sequence: number }[];
  remainingMs: number;
  /** What the topic makes of an event named `order:sequence`. */
  verdict: (name: string) => Verdict;
  parkingWorks: boolean;
  readonly relay: (records: readonly RelayRecord[]) => Promise<RelayReport>;
};

const nameOf = ({ orderId, sequence }: Publication): string => `${orderId}:${sequence}`;

export const relayWorld = (): RelayWorld => {
  const world: RelayWorld = {
    calls: [],
    arrived: [],
    parked: [],
    remainingMs: 60_000,
    verdict: () => "published",
    parkingWorks: true,
    relay: (records) =>
      relayBatch(
        {
          topic: { publish: async (entries) => publish(world, entries) },
          parking: {
            park: async ({ orderId, sequence }) => {
              if (!world.parkingWorks) throw new Error("no parking");
              world.parked.push({ orderId, sequence });
            },
          },
          remainingMs: () => world.remainingMs,
        },
        records,
      ),
  };
  return world;
};

const publish = async (
  world: RelayWorld,
  entries: readonly Publication[],
): Promise<PublishResult[]> => {
  world.calls.push(entries);
  await Promise.resolve();
  return entries.map((entry) => {
    const kind = world.verdict(nameOf(entry));
    if (kind !== "published") return { kind, error };
    world.arrived.push(nameOf(entry));
    return { kind };
  });
};

/**
 * Tells a new consumer how far its predecessor has done each order, in another system, so that it
 * goes on from there and does nothing twice. A row that exists is left alone: it knows better.
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { dynamoLedger } from "../lambdas/aws/dynamo-ledger.ts";
import { canonicalJson } from "../lambdas/core/canonical-json.ts";
import { type JsonObject, newRow } from "../lambdas/core/ledger-row.ts";
import { orderIdSchema } from "../lambdas/core/order-event.ts";
import { createGate } from "./create-gate.ts";
import { type Histories, scanHistories } from "./read-histories.ts";
import type { Stage } from "./stage-clients.ts";

export const seedSchema = v.strictObject({
  orderId: orderIdSchema,
  /** The last event of the order that is done, counted from 1; 0: none is. */
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** What the consumer's handler keeps of an order, where it keeps anything. */
  state: v.optional(v.custom<JsonObject>((value) => v.is(v.record(v.string(), v.any()), value))),
});
export type Seed = v.InferOutput<typeof seedSchema>;

export type SeedOptions = {
  /** The key of the consumer's rows. */
  readonly consumer: string;
  readonly concurrency: number;
  readonly onProgress?: (done: number) => void;
};

export type Seeded = {
  readonly written: number;
  /** Orders whose row was there already. */
  readonly leftAlone: readonly string[];
  /** Orders of the table without a seed: none of their events counts as done. */
  readonly unseeded: readonly string[];
};

const SHOWN = 5;

/** A watermark past the last event would swallow the next one, without a trace. */
const faultsOf = (seeds: readonly Seed[], histories: Histories): string[] =>
  seeds.flatMap(({ orderId, sequence }) => {
    const version = histories.get(orderId)?.length;
    if (version === undefined) {
      return [`order ${orderId} is not in the orders table; put it there first`];
    }
    if (sequence <= version) return [];
    return [`order ${orderId} is done up to event ${sequence}; allowed: at most ${version}`];
  });

/** Of all that it says: a file with another state must not find its row written already. */
const writeIdOf = ({ sequence, state }: Seed): string =>
  `#seed/${sequence}/${createHash("sha256")
    .update(canonicalJson(state ?? null))
    .digest("hex")}`;

/** Refuses all of them when one is wrong, before anything is written. */
export const seedRows = async (
  stage: Stage,
  seeds: readonly Seed[],
  { consumer, concurrency, onProgress }: SeedOptions,
): Promise<Seeded> => {
  const histories = await scanHistories(stage);
  const faults = faultsOf(seeds, histories);
  if (faults.length > 0) {
    const more = faults.length > SHOWN ? `; and ${faults.length - SHOWN} more` : "";
    throw new Error(`nothing was written: ${faults.slice(0, SHOWN).join("; ")}${more}`);
  }
  const place = { dedupTable: stage.outputs.DedupTable, consumer, dataTables: {} };
  const ledger = dynamoLedger(stage.dynamo, place);
  const leftAlone: string[] = [];
  const gate = createGate(concurrency);
  let done = 0;
  const write = async (seed: Seed): Promise<void> => {
    const { orderId, sequence, state } = seed;
    await gate.enter();
    try {
      const before = newRow(orderId);
      const written = { ...before, seq: sequence, rev: 1, by: writeIdOf(seed) };
      const after = state === undefined ? written : { ...written, state };
      const result = await ledger.commit({ before, after, effects: [] });
      if (result.kind === "changed") leftAlone.push(orderId);
      else if (result.kind !== "committed") {
        const why = result.kind === "failed" ? result.error.name : result.kind;
        throw new Error(
          `the row of order ${orderId} is not written (${why}); mend the cause and run this again`,
        );
      }
      onProgress?.(++done);
    } finally {
      gate.leave();
    }
  };
  await Promise.all(seeds.map(write));
  const seeded = new Set(seeds.map(({ orderId }) => orderId));
  const unseeded = [...histories.keys()].filter((orderId) => !seeded.has(orderId)).toSorted();
  const written = seeds.length - leftAlone.length;
  return { written, leftAlone: leftAlone.toSorted(), unseeded };
};

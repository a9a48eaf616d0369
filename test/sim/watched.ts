/** The handler, watched at its ports: what it runs, writes and tells, and what it is refused. */
import { NonRetryable } from "../../lambdas/core/consumer.ts";
import type { FactStore, Ledger, LedgerWrite } from "../../lambdas/core/ports.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { fateOf, nameOf, type Sighting } from "./fates.ts";
import { checkReceives, checkTaken } from "./isolation.ts";
import { type Place, placeOf } from "./place-of.ts";
import type { ConsumerHandler } from "./queue-mapping.ts";
import type { SimContext } from "./sim-consumer.ts";
import { checkTold, noteTold } from "./told.ts";
import { poisonAt } from "./world.ts";

const writtenFor = ({ after }: LedgerWrite): string | undefined => after.by?.split("/")[0];

const watchLedger = (bus: Bus, consumer: string, ledger: Ledger, sighting: Sighting): Ledger => ({
  ...ledger,
  read: async (orderIds) => {
    try {
      const rows = await ledger.read(orderIds);
      for (const [id, row] of rows) if (!sighting.rows.has(id)) sighting.rows.set(id, row);
      return rows;
    } catch (error) {
      sighting.readFailed = true;
      throw error;
    }
  },
  commit: async (write) => {
    const messageId = writtenFor(write) ?? "";
    const fate = fateOf(bus, consumer, messageId);
    if (write.after.life?.open === true) {
      checkTaken(bus, consumer, write.after, fate);
      fate.starts.set(nameOf(write), sighting);
    }
    // A start that no outcome followed: it is judged, which is a reason of its own.
    if (write.before.life?.open === true) sighting.troubled.add(write.after.orderId);
    const result = await ledger.commit(write);
    if (result.kind === "committed" && write.after.life?.dead !== undefined) {
      sighting.decisions.add(messageId);
    }
    if (result.kind !== "committed") {
      sighting.troubled.add(write.after.orderId);
      fate.failures++;
    } else if (write.after.life?.open !== true) sighting.closed.add(messageId);
    return result;
  },
  commitTogether: async (rows, effects) => {
    const result = await ledger.commitTogether(rows, effects);
    for (const [index, { before, after }] of rows.entries()) {
      if (result.kind === "committed") continue;
      // Those that are not at fault go again at once; whatever keeps them then is noted there.
      if (result.kind === "cancelled" && result.rows[index] === "fine") continue;
      sighting.troubled.add(after.orderId);
      fateOf(bus, consumer, writtenFor({ before, after, effects: [] }) ?? "").failures++;
    }
    return result;
  },
});

type FailedEvent = Place & { readonly refused: boolean };

/** An event failed for a reason of its own. */
const noteFailure = (
  bus: Bus,
  consumer: string,
  sighting: Sighting,
  { orderId, sequence, refused }: FailedEvent,
): void => {
  sighting.troubled.add(orderId);
  for (const { messageId, body } of sighting.messages) {
    const place = placeOf(body);
    if (place.orderId !== orderId || place.sequence !== sequence) continue;
    const fate = fateOf(bus, consumer, messageId);
    fate.failures++;
    fate.refused ||= refused;
  }
};

/** A fact that was not written, or is not known to be, is a reason of its event's own. */
const watchFacts = (
  bus: Bus,
  consumer: string,
  facts: FactStore,
  sighting: Sighting,
): FactStore => ({
  put: async (items) => {
    const result = await facts.put(items);
    if (result.kind === "committed") return result;
    for (const { item } of items) {
      const place = { orderId: String(item.orderId), sequence: Number(item.sequence) };
      noteFailure(bus, consumer, sighting, { ...place, refused: false });
    }
    return result;
  },
});

const watch = (
  bus: Bus,
  consumer: ConsumerState,
  context: SimContext,
  sighting: Sighting,
): SimContext => {
  const { spec } = consumer;
  return {
    ...context,
    report: (results) => {
      noteTold(bus, spec.name, sighting, results);
      context.report(results);
    },
    ledger: watchLedger(bus, spec.name, context.ledger, sighting),
    facts: watchFacts(bus, spec.name, context.facts, sighting),
    consumer: {
      ...context.consumer,
      handle: (row, event, settings) => {
        const { orderId, sequence } = event;
        const kills = poisonAt(spec, orderId, sequence)?.kind === "kills" && !consumer.repaired;
        if (kills) sighting.killer ??= orderId;
        try {
          return context.consumer.handle(row, event, settings);
        } catch (error) {
          const refused = error instanceof NonRetryable;
          noteFailure(bus, spec.name, sighting, { orderId, sequence, refused });
          throw error;
        }
      },
    },
  };
};

/** The handler, watched at its ports. */
export const watched =
  (bus: Bus, consumer: ConsumerState, handler: ConsumerHandler): ConsumerHandler =>
  async (context, messages) => {
    const sighting: Sighting = {
      messages,
      rows: new Map(),
      troubled: new Set(),
      closed: new Set(),
      readFailed: false,
      decisions: new Set(),
    };
    const failedIds = await handler(watch(bus, consumer, context, sighting), messages);
    if (context.remainingMs() >= context.reserveMs)
      checkReceives(bus, consumer, sighting, failedIds);
    checkTold(bus, consumer.spec.name, sighting);
    return failedIds;
  };

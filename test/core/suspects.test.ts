import { describe, expect, it } from "vitest";
import { type Arrival, readArrival } from "../../lambdas/core/arrival.ts";
import { judge } from "../../lambdas/core/fence.ts";
import { type LedgerRow, newRow } from "../../lambdas/core/ledger-row.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { selectArrivals } from "../../lambdas/core/suspects.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

const arrive = (orderId: string, sequence = 1) => readArrival(makeMessage({ orderId, sequence }));

const suspectRow = (orderId: string, attempts: number): LedgerRow => ({
  ...newRow(orderId),
  life: {
    seq: 1,
    messageId: `${orderId}-message-1`,
    sentAtMs: SENT_AT_MS,
    attempts,
    open: true,
  },
});

const select = (arrivals: readonly Arrival[], ...rows: readonly LedgerRow[]) => {
  const rowOf = (orderId: string) => rows.find((row) => row.orderId === orderId) ?? newRow(orderId);
  const selection = selectArrivals(arrivals, (arrival) =>
    judge(rowOf(arrival.orderId), arrival, EVENT_TYPES),
  );
  const ids = (list: readonly Arrival[]) => list.map(({ message }) => message.messageId);
  return {
    run: ids(selection.run),
    done: ids(selection.done.map(({ arrival }) => arrival)),
    handBack: ids(selection.handBack),
  };
};

describe("without a suspect", () => {
  it("everybody runs, duplicates included", () => {
    const done = { ...newRow("o2"), seq: 1 };
    expect(select([arrive("o1"), arrive("o2")], done)).toEqual({
      run: ["o1-message-1", "o2-message-1"],
      done: [],
      handBack: [],
    });
  });
});

describe("with a suspect", () => {
  it("its order runs alone, followers included", () => {
    const arrivals = [arrive("o1", 2), arrive("o1"), arrive("o2"), arrive("o2", 2)];
    expect(select(arrivals, suspectRow("o1", 1))).toEqual({
      run: ["o1-message-2", "o1-message-1"],
      done: [],
      handBack: ["o2-message-1", "o2-message-2"],
    });
  });

  it("what is done in other orders is deleted, and what is not handed back", () => {
    const partly = { ...newRow("o2"), seq: 1 };
    const arrivals = [arrive("o1"), arrive("o2"), arrive("o2", 2)];
    expect(select(arrivals, suspectRow("o1", 1), partly)).toEqual({
      run: ["o1-message-1"],
      done: ["o2-message-1"],
      handBack: ["o2-message-2"],
    });
  });

  it("of several, the one tried least runs, and of equals the first", () => {
    const arrivals = ["o1", "o2", "o3"].map((orderId) => arrive(orderId));
    const rows = [suspectRow("o1", 3), suspectRow("o2", 2), suspectRow("o3", 2)];
    expect(select(arrivals, ...rows)).toMatchObject({ run: ["o2-message-1"] });
  });
});

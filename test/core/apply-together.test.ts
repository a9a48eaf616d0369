import { describe, expect, it } from "vitest";
import {
  type Adjust,
  type Change,
  type Consumer,
  NonRetryable,
} from "../../lambdas/core/consumer.ts";
import type { JsonObject } from "../../lambdas/core/ledger-row.ts";
import type { LedgerWrite } from "../../lambdas/core/ports.ts";
import { fail, kinds, makeWorld, putRow, type World, type WorldShape } from "./make-context.ts";
import { type MessageShape, makeMessage } from "./make-message.ts";

const watched = (shape: WorldShape = {}): World & { readonly writes: LedgerWrite[] } => {
  const writes: LedgerWrite[] = [];
  const world = makeWorld(shape);
  world.onCommit = (write, commit) => {
    writes.push(write);
    return commit(write);
  };
  return Object.assign(world, { writes });
};
const events = (count: number, shape: MessageShape = {}) =>
  Array.from({ length: count }, (_, index) => makeMessage({ ...shape, sequence: index + 1 }));

const stock = (change: Partial<Adjust>): Adjust => ({
  kind: "adjust",
  table: "stock",
  key: { sku: "tea" },
  add: {},
  ...change,
});

describe("several due events of an order in one batch", () => {
  it("are one write, with the effects of all", async () => {
    const world = watched();
    const report = await world.deliver(...events(4));
    expect(report.failedIds).toEqual([]);
    expect(world.writes).toHaveLength(1);
    expect(world.row()).toMatchObject({ seq: 4, rev: 1, state: { applied: [1, 2, 3, 4] } });
    expect(Object.values(world.effects())).toEqual([1, 1, 1, 1]);
  });

  it("each tell how long it took", async () => {
    const world = watched();
    const { results } = await world.deliver(...events(2));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      { kind: "applied", latencyMs: 1_000 },
      { kind: "applied", latencyMs: 1_000 },
    ]);
  });

  it("pass over those between them that the consumer does not handle", async () => {
    const world = watched({ consumer: { handles: ["order.created", "order.shipped"] } });
    const report = await world.deliver(...events(4));
    expect(kinds(report)).toEqual({
      "o1-message-1": "applied",
      "o1-message-2": "ignored",
      "o1-message-3": "applied",
      "o1-message-4": "ignored",
    });
    expect(world.row()).toMatchObject({ seq: 3, rev: 1 });
  });

  it("end before the first that fails, whose handler is not run again", async () => {
    const world = watched();
    world.behave = ({ sequence }) => {
      if (sequence === 3) fail();
    };
    const report = await world.deliver(...events(4));
    expect(report.failedIds).toEqual(["o1-message-3", "o1-message-4"]);
    expect(world.handled).toEqual(["o1-event-1", "o1-event-2", "o1-event-3"]);
    expect(world.row()).toMatchObject({ seq: 2, life: { seq: 3, attempts: 1 } });
  });

  it("are written one by one where one was received before: its start is recorded first", async () => {
    const world = watched();
    await world.deliver(...events(2, { receiveCount: 2 }));
    expect(world.writes.map(({ after }) => after.by)).toEqual([
      "o1-message-1/2/life",
      "o1-message-1/2/applied",
      "o1-message-2/2/life",
      "o1-message-2/2/applied",
    ]);
  });

  it("are handled one by one where a side effect must wait for its predecessor", async () => {
    const done: string[] = [];
    const world = watched({
      context: {
        sideEffect: async ({ id }) => {
          done.push(`${id} at ${world.row()?.seq ?? 0}`);
        },
      },
    });
    await world.deliver(...events(2));
    expect(done).toEqual(["o1-event-1 at 0", "o1-event-2 at 1"]);
  });

  it("tell the row when to expire also where the last step is not their last", async () => {
    const world = watched({ rules: { retainDays: 30 } });
    await world.deliver(
      makeMessage(),
      makeMessage({ sequence: 2, type: "order.cancelled" }),
      makeMessage({
        sequence: 3,
        type: "order.paid",
        before: ["order.created", "order.cancelled"],
      }),
    );
    expect(world.row()).toMatchObject({ seq: 3, rev: 1, expiresAt: expect.any(Number) });
  });

  it("fall back to one by one when somebody else was faster", async () => {
    const world = watched();
    const { onCommit } = world;
    let first = true;
    world.onCommit = (write, commit) => {
      if (first) putRow(world, { seq: 1, rev: 1, by: "somebody else" });
      first = false;
      return onCommit(write, commit);
    };
    const report = await world.deliver(...events(2));
    expect(kinds(report)).toEqual({ "o1-message-1": "duplicate", "o1-message-2": "applied" });
    expect(world.row()).toMatchObject({ seq: 2 });
    expect(world.effects()).toEqual({ "o1-event-2": 1 });
  });
});

describe("where the bounds refuse", () => {
  /** Takes a piece on each event, while there is one; what it could not take it notes. */
  const taking = (world: { readonly start: number }): Partial<Consumer> => ({
    handle: (state, { sequence }): Change<JsonObject> => {
      const short = (state?.short as number[] | undefined) ?? [];
      return {
        effects: [stock({ add: { left: -1 }, start: { left: world.start }, floor: { left: 0 } })],
        state: { short },
        otherwise: { state: { short: [...short, sequence] } },
      };
    },
  });

  it("only those that came too late go the other way", async () => {
    const world = watched({ consumer: taking({ start: 2 }) });
    const report = await world.deliver(...events(3));
    expect(report.failedIds).toEqual([]);
    expect(world.row()?.state).toEqual({ short: [3] });
    expect([...world.tables.items("stock").values()]).toEqual([{ left: 0 }]);
  });

  it("what a follower's handler said to the way not taken is not held against it", async () => {
    const take = taking({ start: 0 });
    const world = watched({
      consumer: {
        handle: (state, event, settings) => {
          if (event.sequence === 2 && state?.short === undefined) throw new NonRetryable("short");
          if (event.sequence === 2) return { state: { ...state, second: true } };
          return { ...take.handle?.(state, event, settings), state: {} };
        },
      },
    });
    const report = await world.deliver(...events(2));
    expect(kinds(report)).toEqual({ "o1-message-1": "applied", "o1-message-2": "applied" });
    expect(world.row()?.state).toEqual({ short: [1], second: true });
  });

  it("a single refused event goes its other way without a second look at the rest", async () => {
    const world = watched({ consumer: taking({ start: 0 }) });
    await world.deliver(makeMessage(), makeMessage({ sequence: 3 }));
    expect(world.writes.map(({ after }) => after.by)).toEqual([
      "o1-message-1/1/applied",
      "o1-message-1/1/otherwise",
    ]);
  });
});

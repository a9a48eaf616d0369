/**
 * What was wrong: a change has two ways, such as "reserve" and, where stock is short, "backorder".
 * The first was refused, the second was written; but the row kept the first, and the order's next
 * event was judged by a state that was not there.
 *
 * Why: both ways wrote under one name. A try of the first way that arrived late, after stock had
 * come, was taken for the second way, written already.
 *
 * What fixed it: the second way is a write with a name of its own.
 */
import { expect, it } from "vitest";
import type { LedgerWrite } from "../../lambdas/core/ports.ts";
import { makeWorld } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";

it("a first way that comes late is seen for what it is, and the next event follows from it", async () => {
  const seen: unknown[] = [];
  const world = makeWorld({
    consumer: {
      handle: (state, event) => {
        if (event.sequence > 1) {
          seen.push(state);
          return {};
        }
        return { state: { way: "first" }, otherwise: { state: { way: "second" } } };
      },
    },
  });
  let late: LedgerWrite | undefined;
  world.onCommit = async (write, commit) => {
    if (write.after.seq === 1 && late === undefined) {
      late = write;
      return { kind: "refused" };
    }
    if (late !== undefined && write.after.seq === 1) await commit(late);
    return commit(write);
  };
  await world.deliver(makeMessage(), makeMessage({ sequence: 2 }));
  expect(seen).toEqual([{ way: "first" }]);
  expect(world.row()).toMatchObject({ seq: 2, state: { way: "first" } });
});

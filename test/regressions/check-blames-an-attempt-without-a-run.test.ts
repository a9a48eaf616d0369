/**
 * What was wrong: a false alarm. The simulation's check "8 budget" convicted sound code: more
 * attempts on the row than receives and runs of the handler.
 *
 * Why: the check counts runs, and a body that is refused unread (a schema version of the future)
 * has none. It knew such a body by the row's last error, and after a crash that error is another.
 * With a late invocation, which writes under its own, lower receive count, the sum did not add up.
 *
 * What fixed it: the world tells the check which events are unread. The code needed no change.
 *
 * Much later the same again, in one world of 100,000: an event older than `retainDays`, replayed once its
 * row has expired, is refused unseen as well, and two deliveries of it judged it side by side.
 */
import { expect, it } from "vitest";
import { type Life, newRow } from "../../lambdas/core/ledger-row.ts";
import { NO_OUTCOME } from "../../lambdas/core/life.ts";
import { type History, newHistory } from "../sim/history.ts";

/** The second receive has counted two attempts; the late first one counts the third. */
const lateAttempt = (history: History) => {
  const life: Life = {
    ...{ seq: 1, messageId: "m", sentAtMs: 0, open: false, error: NO_OUTCOME },
    attempts: 2,
  };
  const before = { ...newRow("o1"), rev: 2, by: "m/2/life", life };
  const after = { ...before, rev: 3, by: "m/1/life", life: { ...life, attempts: 3 } };
  history.committed("test", { before, after, effects: [] }, 0);
  return history.violations.map(({ invariant }) => invariant);
};

it("an attempt without a run is no crime where nothing can be run", () => {
  const history = newHistory();
  history.unread.add("o1-1");
  expect(lateAttempt(history)).toEqual([]);
});

it("nor where the event is too old to be run", () => {
  expect(lateAttempt(newHistory({ isTooOld: () => true }))).toEqual([]);
});

it("and is one everywhere else", () => {
  expect(lateAttempt(newHistory())).toEqual(["8 budget"]);
});

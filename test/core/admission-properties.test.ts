import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AdmissionState,
  decideAdmission,
  GAUGES,
  type Gauges,
  noAdmissionState,
  type Signals,
} from "../../lambdas/core/admission.ts";
import { admissionRules as rules, START_MS } from "./admission-rules.ts";

/** The longest time between two looks at the gauges. */
const TICK_MS = 90_000;
const CRITICAL = Object.keys(rules.critical);
const minimumMs = ({ position }: Pick<AdmissionState, "position">) =>
  rules.minimumSeconds[position] * 1_000;

const gaugesFrom = (count: (mark: { closeAt: number; openAt: number }) => fc.Arbitrary<number>) =>
  fc.record({
    depth: count({ closeAt: 100, openAt: 40 }),
    deadLetters: count({ closeAt: 10, openAt: 5 }),
    retrying: count({ closeAt: 20, openAt: 0 }),
  }) satisfies fc.Arbitrary<Gauges>;

/** Around its marks as often as far from them. */
const anyGauges = gaugesFrom(({ closeAt, openAt }) =>
  fc.oneof(
    fc.constantFrom(0, openAt, openAt + 1, closeAt - 1, closeAt),
    fc.integer({ min: 0, max: 1_000_000 }),
  ),
);
const noneAtItsMark = gaugesFrom(({ closeAt }) => fc.integer({ min: 0, max: closeAt - 1 }));
const allDown = gaugesFrom(({ openAt }) => fc.integer({ min: 0, max: openAt }));
const oneAtItsMark = fc
  .tuple(anyGauges, fc.constantFrom(...GAUGES), fc.integer({ min: 0, max: 1_000 }))
  .map(([gauges, gauge, more]) => {
    const marks = rules.critical.warehouse?.[gauge];
    return { ...gauges, [gauge]: (marks?.closeAt ?? 0) + more };
  });

type Look = { readonly afterMs: number; readonly signals: Signals };
const signalsOf = (gauges: fc.Arbitrary<Gauges>, names: readonly string[] = CRITICAL) =>
  fc.record(Object.fromEntries(names.map((name) => [name, gauges])));
const looks = (signals: fc.Arbitrary<Signals>, maxMs = TICK_MS): fc.Arbitrary<Look[]> =>
  fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: maxMs }), signals }), { maxLength: 40 });

/** Every state, the first one included, each with the time of its look. */
const run = (given: readonly Look[], from: AdmissionState = noAdmissionState, atMs = START_MS) => {
  const states = [{ atMs, state: from }];
  let [nowMs, state] = [atMs, from];
  for (const { afterMs, signals } of given) {
    nowMs += afterMs;
    state = decideAdmission(state, signals, rules, nowMs);
    states.push({ atMs: nowMs, state });
  }
  return states;
};
const endOf = (given: readonly Look[]) => run(given).at(-1) ?? { atMs: 0, state: noAdmissionState };

describe("the admission door, whatever the gauges show", () => {
  it("keeps each position for its minimum", () => {
    fc.assert(
      fc.property(looks(signalsOf(anyGauges)), (given) => {
        let changedAtMs = Number.NEGATIVE_INFINITY;
        let before = noAdmissionState;
        for (const { atMs, state } of run(given)) {
          if (state.position !== before.position) {
            expect(atMs - changedAtMs).toBeGreaterThanOrEqual(minimumMs(before));
            changedAtMs = atMs;
          }
          before = state;
        }
      }),
    );
  });

  it("closes only for a gauge at its upper mark, and opens only when none presses", () => {
    fc.assert(
      fc.property(looks(signalsOf(anyGauges)), (given) => {
        const pressing = new Set<string>();
        let before = noAdmissionState;
        run(given).forEach(({ state }, index) => {
          for (const [consumer, gauges] of Object.entries(given[index - 1]?.signals ?? {})) {
            for (const gauge of GAUGES) {
              const { closeAt = 0, openAt = 0 } = rules.critical[consumer]?.[gauge] ?? {};
              if (gauges[gauge] >= closeAt) pressing.add(`${consumer} ${gauge}`);
              if (gauges[gauge] <= openAt) pressing.delete(`${consumer} ${gauge}`);
            }
          }
          const told = state.pressures.map(({ consumer, gauge }) => `${consumer} ${gauge}`);
          expect(told.toSorted()).toEqual([...pressing].toSorted());
          if (state.position !== before.position) {
            expect(state.position).toBe(pressing.size > 0 ? "closed" : "open");
          }
          before = state;
        });
      }),
    );
  });

  it("opens within the minimum and one look once every gauge is down", () => {
    fc.assert(
      fc.property(
        looks(signalsOf(anyGauges)),
        fc.array(
          fc.record({
            afterMs: fc.integer({ min: 1, max: TICK_MS }),
            signals: signalsOf(allDown),
          }),
          { minLength: 5, maxLength: 400 },
        ),
        (before, after) => {
          const { atMs, state } = endOf(before);
          const boundMs = atMs + rules.minimumSeconds.closed * 1_000 + TICK_MS;
          // The last look before is the moment from which on all are down, at the latest.
          for (const { atMs: nowMs, state: next } of run(after, state, atMs)) {
            if (nowMs > boundMs) expect(next.position).toBe("open");
          }
        },
      ),
    );
  });

  it("closes within the minimum and one look while one stays at its upper mark", () => {
    fc.assert(
      fc.property(
        looks(signalsOf(anyGauges)),
        looks(signalsOf(oneAtItsMark, ["warehouse"])),
        (before, after) => {
          const { atMs, state } = endOf(before);
          const boundMs = atMs + rules.minimumSeconds.open * 1_000 + TICK_MS;
          for (const { atMs: nowMs, state: next } of run(after, state, atMs)) {
            if (nowMs > boundMs) expect(next.position).toBe("closed");
          }
        },
      ),
    );
  });

  it("is never closed by a consumer that is not critical", () => {
    const others = signalsOf(anyGauges, ["loyalty", "recommendation", "fraud", "gift"]);
    fc.assert(
      fc.property(looks(others), (given) => {
        for (const { state } of run(given)) expect(state.position).toBe("open");
      }),
    );
  });

  it("is never closed by age: what stays below its marks may stay there for weeks", () => {
    const weeks = 30 * 86_400_000;
    fc.assert(
      fc.property(looks(signalsOf(noneAtItsMark), weeks), (given) => {
        for (const { state } of run(given)) expect(state.position).toBe("open");
      }),
    );
  });
});

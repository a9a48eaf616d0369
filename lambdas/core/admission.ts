/**
 * The admission door: whether the shop takes new orders now. Steps of orders that were taken never
 * ask it.
 *
 * Each critical consumer has three gauges, all of them counts. One that reaches its `closeAt` mark
 * presses on the door, and goes on pressing until it is down to `openAt`. The door follows what
 * presses on it, but keeps each position for a minimum time. Age is no gauge: one order that is
 * being retried for hours would close the shop.
 *
 * An operator may force it either way until a given moment; what is decided meanwhile goes on
 * beneath, and counts again afterwards.
 */

export const GAUGES = ["depth", "deadLetters", "retrying"] as const;
export type Gauge = (typeof GAUGES)[number];

/** What one consumer has to catch up with, as numbers of messages. */
export type Gauges = {
  /** Waiting or in flight. */
  readonly depth: number;
  /** Dead-lettered: its orders are stuck until somebody redrives or discards. */
  readonly deadLetters: number;
  /** In flight or backing off while there is no dead-letter budget left; otherwise 0. */
  readonly retrying: number;
};

/** By the consumer's key. A consumer that is missing does not press. */
export type Signals = Readonly<Record<string, Gauges>>;

/** `openAt` is lower than `closeAt`. */
export type Marks = { readonly closeAt: number; readonly openAt: number };

export type Position = "open" | "closed";

export type AdmissionRules = {
  /** Of the critical consumers, by key: whoever is not named here never closes the door. */
  readonly critical: Readonly<Record<string, Readonly<Record<Gauge, Marks>>>>;
  /** How long the door stays as it is, however the gauges move. */
  readonly minimumSeconds: Readonly<Record<Position, number>>;
};

/** A gauge that has reached its upper mark and is not yet down to the lower one. */
export type Pressure = {
  readonly consumer: string;
  readonly gauge: Gauge;
  readonly value: number;
};

export type Forced = {
  readonly position: Position;
  readonly by: string;
  readonly why: string;
  /** Epoch milliseconds; from then on the gauges decide again. */
  readonly untilMs: number;
};

export type AdmissionState = {
  /** Writes so far; 0 while there is no item. A write is refused unless this is as it was read. */
  readonly rev: number;
  /** What the gauges ask for, whatever an operator may have forced. */
  readonly position: Position;
  readonly sinceMs: number;
  /** Before this the position does not change. */
  readonly holdsUntilMs: number;
  /** When the gauges were last looked at. */
  readonly decidedAtMs: number;
  readonly pressures: readonly Pressure[];
  readonly forced?: Forced;
};

export const noAdmissionState: AdmissionState = {
  rev: 0,
  position: "open",
  sinceMs: 0,
  holdsUntilMs: 0,
  decidedAtMs: 0,
  pressures: [],
};

const pressuresOf = (
  previous: AdmissionState,
  signals: Signals,
  { critical }: AdmissionRules,
): Pressure[] =>
  Object.entries(critical).flatMap(([consumer, marks]) =>
    GAUGES.flatMap((gauge) => {
      const value = signals[consumer]?.[gauge] ?? 0;
      const { closeAt, openAt } = marks[gauge];
      const pressed = previous.pressures.some(
        (pressure) => pressure.consumer === consumer && pressure.gauge === gauge,
      );
      const presses = value >= closeAt || (pressed && value > openAt);
      return presses ? [{ consumer, gauge, value }] : [];
    }),
  );

const isInForce = (forced: Forced | undefined, nowMs: number): forced is Forced =>
  forced !== undefined && nowMs < forced.untilMs;

/**
 * The next state, from what the gauges show now. Called about once a minute; a call too many or too
 * late does no harm, since it goes by the clock. Once no gauge is above its `openAt`, the door is
 * open after at most the minimum time and one more call.
 */
export const decideAdmission = (
  previous: AdmissionState,
  signals: Signals,
  rules: AdmissionRules,
  nowMs: number,
): AdmissionState => {
  const pressures = pressuresOf(previous, signals, rules);
  const wanted: Position = pressures.length > 0 ? "closed" : "open";
  // A clock that was ahead must not hold the door for longer than the minimum from now.
  const sinceMs = Math.min(previous.sinceMs, nowMs);
  const holds = nowMs - sinceMs < rules.minimumSeconds[previous.position] * 1_000;
  const changes = wanted !== previous.position && !holds;
  const position = changes ? wanted : previous.position;
  const from = changes ? nowMs : sinceMs;
  return {
    rev: previous.rev + 1,
    position,
    sinceMs: from,
    holdsUntilMs: from + rules.minimumSeconds[position] * 1_000,
    decidedAtMs: nowMs,
    pressures,
    ...(isInForce(previous.forced, nowMs) ? { forced: previous.forced } : {}),
  };
};

/** An operator's order, in place of an earlier one. */
export const forceAdmission = (previous: AdmissionState, forced: Forced): AdmissionState => ({
  ...previous,
  rev: previous.rev + 1,
  forced,
});

/** Takes an operator's order back: the gauges decide again. */
export const releaseAdmission = ({ forced: _, ...previous }: AdmissionState): AdmissionState => ({
  ...previous,
  rev: previous.rev + 1,
});

/** So many looks at the gauges were missed that nothing is known of them any more. */
const STALE_MS = 5 * 60_000;

export type Door =
  | { readonly kind: "open" }
  /** Before `untilMs` it does not open by itself; it may well stay closed for longer. */
  | { readonly kind: "closed"; readonly untilMs: number }
  /** Nobody looks at the gauges: orders are to be let in. */
  | { readonly kind: "unknown"; readonly why: "never decided" | "stale" };

/** What the state says to somebody who wants to place an order now. */
export const doorAt = (state: AdmissionState, nowMs: number): Door => {
  const { forced, position, decidedAtMs, holdsUntilMs } = state;
  if (isInForce(forced, nowMs)) {
    return forced.position === "open"
      ? { kind: "open" }
      : { kind: "closed", untilMs: forced.untilMs };
  }
  if (decidedAtMs === 0) return { kind: "unknown", why: "never decided" };
  // A decision of the future is as little of a use as one of long ago.
  if (Math.abs(nowMs - decidedAtMs) > STALE_MS) return { kind: "unknown", why: "stale" };
  return position === "open" ? { kind: "open" } : { kind: "closed", untilMs: holdsUntilMs };
};

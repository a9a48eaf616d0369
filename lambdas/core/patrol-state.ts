/** What the patrol remembers from one run to the next. */
export type BehindOrder = {
  readonly orderId: string;
  readonly consumer: string;
  /** The event that is missing. */
  readonly next: number;
  /** The last event that is due there, and the last of those that should have come by now. */
  readonly last: number;
  readonly settled: number;
  /** Epoch milliseconds. */
  readonly lastEventAtMs: number;
  /** The round in which it was last found so. */
  readonly round: number;
};

export type PatrolState = {
  /** Writes of it so far. */
  readonly rev: number;
  /** Where the next piece begins; at the start of the table where there is none. */
  readonly cursor?: string;
  readonly round: number;
  /** Items of the orders table read in this round so far, and in the one before. */
  readonly read: number;
  readonly lastRound?: number;
  /** Some at most: the first are enough to act upon. */
  readonly behind: readonly BehindOrder[];
};

export const noPatrolState: PatrolState = { rev: 0, round: 0, read: 0, behind: [] };

export type PieceRules = {
  /** Items a run: at least, at most, and before the table's size is known. */
  readonly smallest: number;
  readonly largest: number;
  readonly first: number;
  /** Runs that should see the whole table once. */
  readonly runsPerRound: number;
};

/** The table may have grown since its size was known. */
const GROWTH = 1.25;

/** How many items the next run reads, so that a round takes about a day. */
export const pieceSize = ({ lastRound, read }: PatrolState, rules: PieceRules): number => {
  if (lastRound === undefined) {
    // A first round that has outlasted its day is of a table larger than was thought.
    return read < rules.first * rules.runsPerRound ? rules.first : rules.largest;
  }
  const wanted = Math.ceil((lastRound * GROWTH) / rules.runsPerRound);
  return Math.min(rules.largest, Math.max(rules.smallest, wanted));
};

const MOST_BEHIND = 100;

export type Piece = {
  readonly read: number;
  /** None at the end of the table. */
  readonly cursor?: string | undefined;
};

/** The state after a run that read this piece and found these, old and new. */
export const afterPiece = (
  state: PatrolState,
  { read, cursor }: Piece,
  found: readonly BehindOrder[],
): PatrolState => {
  const all = state.read + read;
  const kept = found.toSorted((one, other) => one.lastEventAtMs - other.lastEventAtMs);
  const behind = kept.slice(0, MOST_BEHIND);
  const rev = state.rev + 1;
  const { lastRound } = state;
  const size = lastRound === undefined ? {} : { lastRound };
  if (cursor !== undefined) return { rev, cursor, round: state.round, read: all, ...size, behind };
  // An order that a whole round has not found again is no longer in the table.
  const seen = behind.filter(({ round }) => round === state.round);
  return { rev, round: state.round + 1, read: 0, lastRound: all, behind: seen };
};

/** What is known of each message from the ports: what the watched invocations did with it. */
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerWrite, Message } from "../../lambdas/core/ports.ts";
import type { Bus } from "./bus.ts";

/** What one invocation was seen to do. */
export type Sighting = {
  readonly messages: readonly Message[];
  readonly rows: Map<string, LedgerRow>;
  /** Orders with a reason of their own not to be done. */
  readonly troubled: Set<string>;
  /** Message ids whose start, recorded here, was followed by an outcome. */
  readonly closed: Set<string>;
  /** The order whose event killed it. */
  killer?: string;
  readFailed: boolean;
  /** Message ids that it decided dead, and was told so by the table. */
  readonly decisions: Set<string>;
  /** Message ids that it told to be dead from now on; undefined while it has told nothing. */
  told?: readonly string[];
};

/** What became of one message in one life. */
export type Fate = {
  /** Attempts that failed for a reason of its own. */
  failures: number;
  /** Its handler said that no retry can help. */
  refused: boolean;
  /** Deliveries in which it stood aside for a suspect. */
  aside: number;
  /** Invocations that asked to record a start of it, by the write's name. */
  readonly starts: Map<string, Sighting>;
  /** The names of its starts and decisions that were written. */
  readonly written: Set<string>;
  /** How often it was told to be dead from now on. */
  told: number;
};

export const fateOf = (bus: Bus, consumer: string, messageId: string): Fate => {
  const key = `${consumer}|${messageId}`;
  const found = bus.fates.get(key);
  if (found !== undefined) return found;
  const fate: Fate = {
    failures: 0,
    refused: false,
    aside: 0,
    starts: new Map(),
    written: new Set(),
    told: 0,
  };
  bus.fates.set(key, fate);
  return fate;
};

/** A write has one name, however often it is tried. */
export const nameOf = ({ after }: LedgerWrite): string => `${after.by}/${after.rev}`;

/** The recorded starts that no outcome followed. */
export const openStarts = ({ starts, written }: Fate, messageId: string): Sighting[] =>
  [...starts].flatMap(([name, seen]) =>
    written.has(name) && !seen.closed.has(messageId) ? [seen] : [],
  );

/** Those that ended with the function that another order's event killed. */
export const takenAlong = (fate: Fate, messageId: string, orderId: string): number =>
  openStarts(fate, messageId).filter(({ killer }) => killer !== undefined && killer !== orderId)
    .length;

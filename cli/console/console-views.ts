/** What the server tells the pages, as JSON. Times are epoch milliseconds. */
import type { DeadOrder } from "../dead-letters/dead-letter.ts";
import type { CauseGroup } from "../dead-letters/group-by-cause.ts";
import type { BusStatus } from "../status/read-status.ts";

export type SessionView = {
  readonly stageName: string;
  /** Whose name is written beside every change. */
  readonly operator: string;
  readonly csrfToken: string;
  /** The consumers' names, as the stage lists them. */
  readonly consumers: readonly string[];
};

export type AlarmView = {
  readonly name: string;
  /** What has happened, for a person. */
  readonly about: string;
  /** Where the runbook says what to do. */
  readonly runbook?: string;
  readonly sinceMs?: number;
  /** CloudWatch's own words. */
  readonly why?: string;
};

/** Whole minutes by their ends, and then the running one until now; null: not known. */
export type MinutesView = {
  readonly endsMs: readonly number[];
  readonly consumers: readonly {
    readonly name: string;
    /** Now. */
    readonly appliedPerSecond: number;
    /** Events in each minute. */
    readonly applied: readonly (number | null)[];
    /** The median of each minute, from a step in the shop to its effect. */
    readonly latencyMs: readonly (number | null)[];
  }[];
};

export type FlowView = {
  readonly status: BusStatus;
  /** Left out where they cannot be read. */
  readonly minutes?: MinutesView;
  /** Those that ring. Left out where they cannot be read. */
  readonly alarms?: readonly AlarmView[];
};

/** The backlogs at one time, in the order of the consumers. */
export type FlowPoint = { readonly atMs: number; readonly backlog: readonly number[] };

/** How far a look into a dead-letter queue is; a queue cannot be read without receiving from it. */
export type LookView = {
  readonly consumer: string;
  /** Grows with every look that ended: what is shown of an earlier one is old. */
  readonly looks: number;
  readonly looking?: { readonly looked: number; readonly depth: number };
  /** Why the last look failed. */
  readonly error?: string;
};

/** What the last look found, one page of its orders at a time. */
export type DeadLettersView = {
  readonly look: LookView;
  /** Left out before the first look has ended. */
  readonly found?: {
    readonly atMs: number;
    readonly orders: number;
    readonly letters: number;
    readonly remarks: readonly string[];
    readonly groups: readonly CauseGroup[];
    /** Of the orders that the filter lets through. */
    readonly matching: { readonly orders: number; readonly letters: number };
    readonly from: number;
    /** Orders on a whole page. */
    readonly size: number;
    readonly page: readonly DeadOrder[];
  };
};

/** What a redrive or a discard would do: the very orders that it then does. */
export type PreviewView = {
  readonly planId: string;
  readonly orders: number;
  readonly letters: number;
  readonly remarks: readonly string[];
  /** The first few. */
  readonly examples: readonly string[];
};

/** A redrive or a discard that this console has started. */
export type ActView = {
  readonly id: string;
  readonly what: "redrive" | "discard";
  readonly consumer: string;
  readonly by: string;
  readonly startedAtMs: number;
  /** Letters of a redrive, orders of a discard. */
  readonly done: number;
  readonly total: number;
  readonly state: "running" | "cancelling" | "done" | "stopped" | "failed";
  /** How it ended, in words, a line each. */
  readonly result?: string;
};

/** The stage as it was when it was last read, and whether it still answers. */
export type LiveMessage =
  | { readonly kind: "flow"; readonly flow: FlowView; readonly point: FlowPoint }
  | { readonly kind: "history"; readonly points: readonly FlowPoint[] }
  | { readonly kind: "unreachable"; readonly atMs: number; readonly error: string }
  | { readonly kind: "looks"; readonly looks: readonly LookView[] }
  | { readonly kind: "acts"; readonly acts: readonly ActView[] };

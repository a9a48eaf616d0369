/** What the server tells the pages, as JSON. Times are epoch milliseconds. */
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
  /** What it means and where the runbook tells what to do. */
  readonly about: string;
  readonly sinceMs?: number;
  /** What was measured, in words. */
  readonly why?: string;
};

export type FlowView = {
  readonly status: BusStatus;
  /** Events applied, by consumer. Left out: not known. */
  readonly appliedPerSecond: Readonly<Record<string, number>>;
  /** Those that ring. Left out where alarms cannot be read. */
  readonly alarms?: readonly AlarmView[];
};

/** What the charts need of a flow view, in the order of its consumers; null: not known. */
export type FlowPoint = {
  readonly atMs: number;
  readonly backlog: readonly number[];
  readonly appliedPerSecond: readonly (number | null)[];
  readonly latencyMs: readonly (number | null)[];
};

/** The stage as it was when it was last read, and whether it still answers. */
export type LiveMessage =
  | { readonly kind: "flow"; readonly flow: FlowView; readonly point: FlowPoint }
  | { readonly kind: "history"; readonly points: readonly FlowPoint[] }
  | { readonly kind: "unreachable"; readonly atMs: number; readonly error: string }
  | { readonly kind: "acts"; readonly acts: readonly ActView[] };

/** A redrive or a discard that this console has started. */
export type ActView = {
  readonly id: string;
  readonly what: "redrive" | "discard";
  readonly consumer: string;
  readonly by: string;
  readonly startedAtMs: number;
  readonly done: number;
  readonly total: number;
  readonly state: "running" | "cancelling" | "done" | "stopped" | "failed";
  /** How it ended, in words. */
  readonly result?: string;
};

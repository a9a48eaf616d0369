import type { AdmissionState, Position } from "../../lambdas/core/admission.ts";
import type { DeadLetterList } from "../dead-letters/dead-letter.ts";
import type { RedrivePlan } from "../dead-letters/plan.ts";
import type { OrderTimeline } from "../order/read-timeline.ts";
import type { FlowView } from "./console-views.ts";

/** An operator's order to the admission door. */
export type ForceOrder = {
  readonly position: Position;
  readonly why: string;
  readonly untilMs: number;
};

export type WorkOptions = {
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal;
};

/** How a redrive or a discard ended. */
export type WorkEnd = {
  readonly kind: "done" | "stopped" | "failed";
  /** For a person, a line each. */
  readonly text: string;
};

export type DeadLetterPorts = {
  readonly list: (
    consumer: string,
    options: {
      readonly onProgress: (looked: number, depth: number) => void;
      readonly signal: AbortSignal;
    },
  ) => Promise<DeadLetterList>;
  readonly redrive: (
    plan: RedrivePlan,
    options: WorkOptions & { readonly ratePerSecond?: number; readonly canary: "first" | "none" },
  ) => Promise<WorkEnd>;
  /** Of each of the plan's orders the first dead event. */
  readonly discard: (
    plan: RedrivePlan,
    options: WorkOptions & { readonly why: string },
  ) => Promise<WorkEnd>;
};

/** The stage, as the console sees it: what a page shows and what it may change. */
export type ConsolePorts = {
  readonly stageName: string;
  readonly consumers: readonly string[];
  /** The operating system's user and machine: written beside every change. */
  readonly operator: string;
  readonly nowMs: () => number;
  readonly readFlow: (signal: AbortSignal) => Promise<FlowView>;
  /** Between two reads of the flow while somebody looks. */
  readonly everyMs: number;
  readonly readTimeline: (orderId: string) => Promise<OrderTimeline | undefined>;
  readonly deadLetters: DeadLetterPorts;
  readonly admission: {
    readonly force: (order: ForceOrder) => Promise<AdmissionState>;
    readonly release: () => Promise<AdmissionState>;
  };
  /** Every change, in a line: who, what, how it ended. */
  readonly onChange: (text: string) => void;
};

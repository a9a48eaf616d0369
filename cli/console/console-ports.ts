import type { AdmissionState, Position } from "../../lambdas/core/admission.ts";
import type { OrderTimeline } from "../order/read-timeline.ts";
import type { FlowView } from "./console-views.ts";

/** An operator's order to the admission door. */
export type ForceOrder = {
  readonly position: Position;
  readonly why: string;
  readonly untilMs: number;
};

/** The stage, as the console sees it: what a page shows and what it may change. */
export type ConsolePorts = {
  readonly stageName: string;
  readonly consumers: readonly string[];
  /** The operating system's user: written beside every change. */
  readonly operator: string;
  readonly nowMs: () => number;
  readonly readFlow: (signal: AbortSignal) => Promise<FlowView>;
  readonly readTimeline: (orderId: string) => Promise<OrderTimeline | undefined>;
  readonly admission: {
    readonly force: (order: ForceOrder) => Promise<AdmissionState>;
    readonly release: () => Promise<AdmissionState>;
  };
};

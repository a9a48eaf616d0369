import type { Stage } from "../stage-clients.ts";
import type { Lease } from "./dead-letter.ts";
import {
  type LeaseRequest,
  LOOK,
  type LookWaiting,
  leaseWorker,
  takeLease,
} from "./redrive-lease.ts";

export type LookOptions = LookWaiting & Pick<LeaseRequest, "holder" | "leaseSeconds" | "nowMs">;

export type Look<T> =
  | { readonly kind: "looked"; readonly value: T }
  | { readonly kind: "leased"; readonly by: Lease };

const isDenied = (error: unknown): boolean =>
  error instanceof Error && error.name === "AccessDeniedException";

/**
 * A look while no other look and no run is at work on this consumer's letters. Two that look at once
 * hide them from each other: each would see its share, and take it for all. Who may not write the
 * lease looks without it, but not beside a run. `look` ends early, with what it has, where its signal is aborted: should
 * its lease be lost, it would hide letters from whoever took that over.
 */
export const lookAlone = async <T>(
  stage: Stage,
  consumer: string,
  options: LookOptions,
  look: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<Look<T>> => {
  const { signal } = options;
  const taken = await takeLease(stage, consumer, { ...options, act: LOOK }).catch((error) => {
    if (isDenied(error)) return undefined;
    throw error;
  });
  if (taken === undefined) {
    const by = await leaseWorker(stage, consumer, options).catch(() => undefined);
    return by === undefined
      ? { kind: "looked", value: await look(signal) }
      : { kind: "leased", by };
  }
  if (taken.kind === "taken") return { kind: "leased", by: taken.by };
  const { lost, release } = taken.lease;
  try {
    const either = AbortSignal.any(signal === undefined ? [lost] : [lost, signal]);
    return { kind: "looked", value: await look(either) };
  } finally {
    await release();
  }
};

import type { Stage } from "../stage-clients.ts";
import type { Lease } from "./dead-letter.ts";
import { LOOK, takeLease } from "./redrive-lease.ts";

export type Look<T> =
  | { readonly kind: "looked"; readonly value: T }
  | { readonly kind: "leased"; readonly by: Lease };

/**
 * A look while no other plan and no run is at work on this consumer's letters. Two that look at once
 * hide them from each other: each would plan its share, and take it for all.
 */
export const lookAlone = async <T>(
  stage: Stage,
  consumer: string,
  signal: AbortSignal | undefined,
  look: (leaseToken: string) => Promise<T>,
): Promise<Look<T>> => {
  const taken = await takeLease(stage, consumer, { act: LOOK, signal });
  if (taken.kind === "taken") return { kind: "leased", by: taken.by };
  const { token, release } = taken.lease;
  try {
    return { kind: "looked", value: await look(token) };
  } finally {
    await release();
  }
};

/** Keeps what was read for a while, since each read of a stage on AWS costs a call. */
export type SeldomOptions = { readonly everyMs: number; readonly nowMs: () => number };

/** A read that fails is tried again at the next call, and rejects until then. */
export const readSeldom = <T>(
  read: (signal: AbortSignal) => Promise<T>,
  { everyMs, nowMs }: SeldomOptions,
): ((signal: AbortSignal) => Promise<T>) => {
  let kept: { readonly value: T; readonly atMs: number } | undefined;
  return async (signal) => {
    if (kept !== undefined && nowMs() - kept.atMs < everyMs) return kept.value;
    const value = await read(signal);
    kept = { value, atMs: nowMs() };
    return value;
  };
};

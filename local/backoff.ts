/** Doubles from `baseMs` with each failure in a row, up to `capMs`. */
export const backoffMs = (
  failures: number,
  { baseMs, capMs }: { readonly baseMs: number; readonly capMs: number },
): number => Math.min(capMs, baseMs * 2 ** Math.max(0, failures - 1));

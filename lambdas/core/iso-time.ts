/** Epoch milliseconds of an ISO 8601 instant. Reading a text is pure; reading the clock is not. */
// biome-ignore lint/style/noRestrictedGlobals: Date.parse depends on its argument alone.
export const epochMs = (isoTime: string): number => Date.parse(isoTime);

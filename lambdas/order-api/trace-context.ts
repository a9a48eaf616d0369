import type { RandomHex } from "./request-names.ts";

/** W3C trace context. A later version may add to it, so only `00` must end here; `ff` is none. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;

/** The caller's trace with a span of our own in it, or a new trace. */
export const continueTrace = (incoming: string | undefined, randomHex: RandomHex): string => {
  const [, version, traceId, flags, rest] = TRACEPARENT.exec(incoming?.trim() ?? "") ?? [];
  const isValid = version !== undefined && !(version === "00" && rest !== undefined);
  return isValid
    ? `00-${traceId}-${randomHex(8)}-${flags}`
    : `00-${randomHex(16)}-${randomHex(8)}-01`;
};

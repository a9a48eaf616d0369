import type { MetricListener } from "./function-log.ts";

const CLOSED =
  "The shop takes no new orders for now: a critical consumer is far behind, or somebody has closed it.";
const OPEN = "The shop takes new orders again.";

/** Tells when the admission door has moved; of a door that is open from the start, nothing. */
export const tellAdmission = (tell: (text: string) => void): MetricListener => {
  let before = 0;
  return ({ AdmissionClosed: now }) => {
    if ((now !== 0 && now !== 1) || now === before) return;
    before = now;
    tell(now === 1 ? CLOSED : OPEN);
  };
};

import { count } from "../describe-figures.ts";
import type { Audit } from "./audit.ts";

/** An audit in one line. */
export const describeAudit = (audit: Audit): string => {
  if (!audit.ok) return `audit FAILED: ${audit.problems.join("; ")}`;
  const parked = audit.consumers.reduce(
    (sum, { parkedEvents, exhaustedEvents }) => sum + parkedEvents + exhaustedEvents,
    0,
  );
  const young = audit.consumers.reduce((most, each) => Math.max(most, each.young), 0);
  const where = parked === 0 ? "" : `, ${count(parked)} of them in its dead-letter queue`;
  const later = young === 0 ? "" : `; of ${count(young)} orders the newest is on its way`;
  return (
    `audit ok: all ${count(audit.events)} events of ${count(audit.orders)} orders ` +
    `are at each of ${audit.consumers.length} consumers${where}${later}` +
    audit.remarks.map((remark) => `; ${remark}`).join("")
  );
};

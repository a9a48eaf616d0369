import { count } from "../describe-figures.ts";
import type { Audit } from "./audit-orders.ts";

/** An audit in one line. */
export const describeAudit = (audit: Audit): string => {
  if (!audit.ok) return `audit FAILED: ${audit.problems.join("; ")}`;
  const parked = audit.consumers.reduce((sum, { parkedEvents }) => sum + parkedEvents, 0);
  const where = parked === 0 ? "" : `, ${count(parked)} of them in its dead-letter queue`;
  return (
    `audit ok: all ${count(audit.events)} events of ${count(audit.orders)} orders ` +
    `are at each of ${audit.consumers.length} consumers${where}`
  );
};

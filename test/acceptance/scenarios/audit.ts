import type { Audit } from "../../../cli/audit/audit.ts";
import { auditOrders } from "../../../cli/audit/audit-orders.ts";
import { type Outcome, PASSED, type Scenario } from "../scenario.ts";
import { waitFor } from "../wait-for.ts";

/** A stage with traffic of its own may always have an order under way: how long to look for a lull. */
const LULL_MS = 60_000;

const behind = ({ consumers }: Audit): string[] =>
  consumers.flatMap(({ name, behindOrders }) => behindOrders.map((id) => `${id} at ${name}`));

/** What was behind all the time is stuck; what is behind only now is others' traffic. */
const judge = (first: Audit, last: Audit): Outcome => {
  const early = new Set(behind(first));
  const isStuck = behind(last).some((order) => early.has(order));
  const waiting = last.consumers.filter((consumer) => consumer.behind > 0).length;
  const text = last.problems.join("; ");
  if (isStuck || last.problems.length > waiting) throw new Error(text);
  return { kind: "not here", reason: `others' orders were on their way all the time: ${text}` };
};

export const audit: Scenario = {
  name: "audit",
  title: "no event of any order of the stage is lost: each is at each consumer, or a dead letter",
  when: "alone",
  run: async ({ stage, patienceMs }) => {
    const first = await auditOrders(stage);
    let last = first;
    const look = async () => {
      last = await auditOrders(stage);
      return last.ok ? last : undefined;
    };
    try {
      await waitFor(() => last.problems.join("; "), Math.min(patienceMs, LULL_MS), look);
    } catch {
      return judge(first, last);
    }
    return { ...PASSED, detail: `${last.events} events of ${last.orders} orders` };
  },
};

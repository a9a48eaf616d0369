import type { Command } from "commander";
import { auditOrders } from "../audit/audit-orders.ts";
import { describeAudit } from "../audit/describe-audit.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonOption, stageCommand } from "../stage-command.ts";

/** `bus audit`: whether any event is missing anywhere. */
export const auditCommand = (): Command =>
  stageCommand<{ readonly json?: boolean }>("audit", async ({ stage, options }) => {
    const audit = await auditOrders(stage);
    console.log(options.json ? JSON.stringify(audit) : describeAudit(audit));
    return audit.ok ? EXIT.done : EXIT.fault;
  })
    .summary("prove that every event is applied or parked at every consumer")
    .description(
      "Asks, order by order, whether each event is applied or in the dead-letter queue at every\n" +
        "consumer. It scans the orders table and the dedup table, and writes nothing.",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nWhile orders flow, the newest may be told as behind.\n\nExample:\n  bus audit --stage prod",
    );

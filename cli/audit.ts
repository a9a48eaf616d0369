/** `node cli/audit.ts`: whether any event is missing anywhere. */
import { Command } from "commander";
import { auditOrders } from "./audit-orders.ts";
import { describeAudit } from "./describe-audit.ts";
import { runTool } from "./run-tool.ts";
import { addStageOption } from "./stage-option.ts";

const program = addStageOption(new Command("audit"))
  .description(
    "Asks, order by order, whether each event is applied or in the dead-letter queue at every\n" +
      "consumer. It scans the orders table and the dedup table, and writes nothing.",
  )
  .addHelpText(
    "after",
    "\nExit code 0: nothing is missing. While orders flow, the newest may be told as behind.",
  );

await runTool(program, async (stage) => {
  const audit = await auditOrders(stage);
  console.log(describeAudit(audit));
  return audit.ok;
});

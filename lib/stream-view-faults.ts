import { CfnResource, Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import { fault, property } from "./fault.ts";
import type { OrdersTable } from "./order-store.ts";
import { readTemplate, resolvedTemplate } from "./template-reader.ts";

/**
 * Asked of the table's own stack, which need not be the bus's: there the template would show the
 * stream's ARN alone. Of an imported table nothing is known; the relay parks what it cannot read.
 */
export const streamViewFaults = (table: OrdersTable): string[] => {
  const made = Construct.isConstruct(table) ? table.node.defaultChild : undefined;
  if (made === undefined || !CfnResource.isCfnResource(made)) return [];
  const stack = Stack.of(made);
  const template = readTemplate(resolvedTemplate(stack));
  const resource = template.follow({ Ref: stack.resolve(made.logicalId) });
  const view = property(resource, "StreamSpecification", "StreamViewType");
  if (resource === undefined || view === "NEW_AND_OLD_IMAGES") return [];
  return [
    fault(resource, {
      what: "the view of the orders table's stream",
      is: String(view),
      allowed: "NEW_AND_OLD_IMAGES",
      fix: "Set it as the table's `stream`: the relay publishes what lies between both images.",
    }),
  ];
};

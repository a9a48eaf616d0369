/**
 * What must not be deployed: settings that CloudFormation accepts and that lose, block or reorder
 * events. They are looked for in the finished template, so it makes no difference whether they
 * came from a stage's settings, from resources that a user put beside ours, or an escape hatch.
 */
import type { Stack } from "aws-cdk-lib";
import { queueFaults, subscriptionFaults } from "./delivery-faults.ts";
import { type Limits, mappingFaults } from "./mapping-faults.ts";
import { readTemplate, resolvedTemplate } from "./template-reader.ts";

const unsafeSettings = (stack: Stack, limits: Limits): string[] => {
  const template = readTemplate(resolvedTemplate(stack));
  return [
    ...template.ofType("AWS::SQS::Queue").flatMap((queue) => queueFaults(template, queue)),
    ...template
      .ofType("AWS::SNS::Subscription")
      .flatMap((subscription) => subscriptionFaults(template, subscription)),
    ...template
      .ofType("AWS::Lambda::EventSourceMapping")
      .flatMap((mapping) => mappingFaults(template, mapping, limits)),
  ];
};

/** Synthesis of the stack fails with one sentence for each fault. */
export const refuseUnsafe = (stack: Stack, limits: Limits): void => {
  stack.node.addValidation({ validate: () => unsafeSettings(stack, limits) });
};

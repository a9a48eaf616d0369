#!/usr/bin/env node
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { OrderEventBusStack } from "../lib/order-event-bus-stack.ts";
import { type StageSettings, stageSettings } from "../lib/stage-settings.ts";

const app = new App();
const context = (name: string): unknown => app.node.tryGetContext(name);
const readSettings = (): StageSettings => {
  try {
    return stageSettings({
      stage: context("stage") ?? "dev",
      overrides: context("settings"),
      alarmEmail: context("alarmEmail"),
      combinedAlarms: context("combinedAlarms"),
    });
  } catch (error) {
    // The reader's own setting is at fault: where it was found out would only hide what it is.
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
};
const settings = readSettings();

new OrderEventBusStack(app, `OrderEventBus-${settings.stage}`, { settings });
// Synthesis fails on what they find; what we depart from is in lib/acknowledged-rules.ts.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

#!/usr/bin/env node
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { OrderEventBusStack } from "../lib/order-event-bus-stack.ts";
import { stageSettings } from "../lib/stage-settings.ts";

const app = new App();
const context = (name: string): unknown => app.node.tryGetContext(name);
const settings = stageSettings({
  stage: context("stage") ?? "dev",
  overrides: context("settings"),
  alarmEmail: context("alarmEmail"),
});

new OrderEventBusStack(app, `OrderEventBus-${settings.stage}`, { settings });
// Synthesis fails on what they find; what we depart from is in lib/acknowledged-rules.ts.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

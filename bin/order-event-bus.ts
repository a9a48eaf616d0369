#!/usr/bin/env node
import { App } from "aws-cdk-lib";
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

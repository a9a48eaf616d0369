/**
 * A shop that has its orders in a table of its own, and puts the bus behind it.
 *
 *     npx cdk deploy --app "node examples/own-table/app.ts"
 */
import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { OrderEventBus } from "order-event-bus/order-event-bus";
import { stageSettings } from "order-event-bus/stage-settings";

const file = (name: string): string => `${import.meta.dirname}/${name}`;

const app = new App();
const settings = stageSettings({
  stage: "own",
  overrides: {
    // This is an example: nothing of it is to stay. Leave these out in earnest.
    ...{ protectData: "destroy", concurrency: "shared" },
    // The door is in the order API. Where your code takes the orders, it has to ask.
    admission: "off",
  },
  alarmEmail: app.node.tryGetContext("alarmEmail") ?? "none",
  combinedAlarms: app.node.tryGetContext("combinedAlarms"),
});
// The tools find a stage by this name.
const stack = new Stack(app, `OrderEventBus-${settings.stage}`);

// As it was before there was a bus, but for the stream.
const table = new Table(stack, "Shop", {
  partitionKey: { name: "pk", type: AttributeType.STRING },
  sortKey: { name: "sk", type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
  stream: StreamViewType.NEW_AND_OLD_IMAGES,
});
const checkout = new NodejsFunction(stack, "Checkout", {
  entry: file("checkout.ts"),
  runtime: Runtime.NODEJS_24_X,
  bundling: { format: OutputFormat.ESM, mainFields: ["module", "main"], bundleAwsSDK: true },
  environment: { SHOP_TABLE: table.tableName },
});
table.grant(checkout, "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:PutItem");

const bus = new OrderEventBus(stack, "Bus", {
  settings,
  ordersTable: { table, outboxAttribute: "outbox" },
});
bus.addConsumer("spending", {
  entry: file("spending.ts"),
  handles: ["order.paid", "order.cancelled"],
  tables: { spent: { partitionKey: "customerId", access: "adjust" } },
});

new CfnOutput(stack, "CheckoutFunction", { value: checkout.functionName });

import { FunctionUrlAuthType } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { BusFunction, entryFile } from "./bus-function.ts";
import type { OrderStore } from "./order-store.ts";
import { ADMISSION_KEY, onlyItems } from "./reserved-keys.ts";
import type { StageSettings } from "./stage-settings.ts";

/** The order API: one function behind its own URL, which takes requests signed for IAM only. */
export class OrderApi extends Construct {
  readonly handler: BusFunction;
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly settings: StageSettings; readonly store: OrderStore },
  ) {
    super(scope, id);
    const { settings, store } = props;
    this.handler = new BusFunction(this, "Handler", {
      settings,
      entry: entryFile("order-api", "handler.ts"),
      description: "Order API: one conditional write an accepted step",
      timeoutSeconds: 10,
      memoryMiB: 512,
      environment: {
        ORDERS_TABLE: store.orders.tableName,
        RETAIN_DAYS: String(settings.failureRules.retainDays),
        ...(settings.admission === "off" ? {} : { ADMISSION_TABLE: store.dedup.tableName }),
      },
    });
    this.handler.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], store.orders.tableArn);
    if (settings.admission !== "off") {
      const itself = onlyItems(ADMISSION_KEY);
      this.handler.allow(["dynamodb:GetItem"], store.dedup.tableArn, itself);
    }
    const url = this.handler.function.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    this.url = url.url;
  }
}

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { dynamoClient } from "../aws/aws-clients.ts";
import { dynamoOrderStore } from "../aws/dynamo-order-store.ts";
import { required, wholeNumber } from "../aws/environment.ts";
import { MAX_ITEM_BYTES } from "../core/decide-step.ts";
import { type FunctionUrlEvent, toApiRequest, toResult } from "./function-url.ts";
import { createOrderApi, type OrderApi } from "./order-api.ts";
import { orderApiTelemetry } from "./order-api-telemetry.ts";

const compose = (env: NodeJS.ProcessEnv): OrderApi =>
  createOrderApi({
    store: dynamoOrderStore(dynamoClient(), required(env, "ORDERS_TABLE")),
    clock: { nowMs: Date.now, sleep: (ms) => sleep(ms) },
    random: Math.random,
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
    admission: async () => ({ kind: "open" }),
    rules: { retainDays: wholeNumber(env, "RETAIN_DAYS"), maxItemBytes: MAX_ITEM_BYTES },
    report: orderApiTelemetry(),
  });

let orderApi: OrderApi | undefined;

/** A Lambda function URL, or anything else that speaks payload format 2.0. */
export const handler = async (event: FunctionUrlEvent) => {
  orderApi ??= compose(process.env);
  return toResult(await orderApi(toApiRequest(event)));
};

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { dynamoClient } from "../aws/aws-clients.ts";
import { dynamoOrderStore } from "../aws/dynamo-order-store.ts";
import { required, wholeNumber } from "../aws/environment.ts";
import { readAdmissionState } from "../aws/read-admission-state.ts";
import { type AskPorts, askAdmission } from "../core/ask-admission.ts";
import { MAX_ITEM_BYTES } from "../core/decide-step.ts";
import type { Admission, Clock, Random } from "../core/ports.ts";
import { type FunctionUrlEvent, toApiRequest, toResult } from "./function-url.ts";
import { createOrderApi, type OrderApi } from "./order-api.ts";
import { orderApiTelemetry } from "./order-api-telemetry.ts";

/** Longer than that no order waits to hear whether the shop takes it. */
const ADMISSION_PATIENCE_MS = 1_000;

const clock: Clock = { nowMs: Date.now, sleep: (ms) => sleep(ms) };
const random: Random = Math.random;

// Made at start: what waits for the first event would make that one slow.
const client = dynamoClient();
const report = orderApiTelemetry();

/** Without a table the stage has no admission door. */
const admissionOf = (table: string | undefined, onUnknown: AskPorts["onUnknown"]): Admission => {
  if (table === undefined) return async () => ({ kind: "open" });
  const read = () => readAdmissionState(client, table, ADMISSION_PATIENCE_MS);
  return askAdmission({ read, clock, random, onUnknown });
};

const compose = (env: NodeJS.ProcessEnv): OrderApi =>
  createOrderApi({
    store: dynamoOrderStore(client, required(env, "ORDERS_TABLE")),
    clock,
    random,
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
    admission: admissionOf(env.ADMISSION_TABLE, (why) =>
      report({ kind: "admission unknown", why }),
    ),
    rules: { retainDays: wholeNumber(env, "RETAIN_DAYS"), maxItemBytes: MAX_ITEM_BYTES },
    report,
  });

let orderApi: OrderApi | undefined;

/** A Lambda function URL, or anything else that speaks payload format 2.0. */
export const handler = async (event: FunctionUrlEvent) => {
  orderApi ??= compose(process.env);
  return toResult(await orderApi(toApiRequest(event)));
};

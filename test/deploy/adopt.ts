/** The example of a shop with a table of its own, deployed beside the rest and used. */
import assert from "node:assert/strict";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readOutputs } from "../../cli/read-outputs.ts";
import { sumTable } from "../../cli/scan-table.ts";
import { connectToStage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import type { Call } from "../../examples/own-table/checkout.ts";
import { makeTopicFifo } from "./make-topic-fifo.ts";
import type { Context, Step } from "./step.ts";

const STAGE = "own";
const APP = ["--app", "node examples/own-table/app.ts"];
const BUYERS = ["ada", "bob", "cyd"];
const ORDERS_A_BUYER = 4;
const CENTS = 450;

const orders = BUYERS.flatMap((buyer) =>
  Array.from({ length: ORDERS_A_BUYER }, (_, index) => ({ buyer, order: `${buyer}-${index + 1}` })),
);

/** The function's physical name: its output is the example's own, which the tools do not know. */
const checkoutName = async (context: Context): Promise<string> => {
  const file = "outputs-own.json";
  await context.workspace.cdk(
    ...["deploy", ...APP, "--require-approval", "never", "--outputs-file", file],
  );
  return JSON.parse(context.workspace.read(file))[`OrderEventBus-${STAGE}`].CheckoutFunction;
};

const sell = async (FunctionName: string): Promise<number> => {
  const lambda = new LambdaClient();
  const call = async (payload: Call) => {
    const Payload = Buffer.from(JSON.stringify(payload));
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    assert.equal(answer.FunctionError, undefined, answer.Payload?.transformToString());
  };
  let calls = 0;
  try {
    for (const { buyer, order } of orders) {
      const cart = [{ article: "tea", pieces: 1, cents: CENTS }];
      const place: Call = { order, step: "place", requestId: `${order}-place`, buyer, cart };
      const pay: Call = { order, step: "pay", requestId: `${order}-pay` };
      // Each is asked twice, as by a shopper who clicks twice.
      for (const step of [place, place, pay, pay]) {
        await call(step);
        calls++;
      }
    }
    return calls;
  } finally {
    lambda.destroy();
  }
};

const expectSpent = async (): Promise<string> => {
  const { close, ...stage } = connectToStage(await readOutputs({ stage: STAGE }));
  try {
    const audit = await waitUntilDrained(stage);
    assert.deepEqual(audit.problems, []);
    assert.deepEqual([audit.orders, audit.events], [orders.length, 2 * orders.length]);
    const { spent = "" } = consumerNamed(stage.outputs, "spending").tables;
    const { rows, sums } = await sumTable(stage.dynamo, spent, ["cents"]);
    assert.deepEqual([rows, sums.cents], [BUYERS.length, orders.length * CENTS]);
    return `${audit.orders} orders, ${audit.events} events, spent to the cent, audit ok`;
  } finally {
    close();
  }
};

const adoptBus = async (context: Context): Promise<string> => {
  const checkout = await checkoutName(context);
  await makeTopicFifo(STAGE);
  const calls = await sell(checkout);
  const seen = await expectSpent();
  await context.workspace.cdk("destroy", "--force", ...APP);
  return `${calls} calls of the shop's own function; ${seen}`;
};

export const adopt: readonly Step[] = [{ name: "a shop with a table of its own", run: adoptBus }];

/** Changed stacks, deployed as a user does it, while the shop goes on selling. */
import assert from "node:assert/strict";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { queueDepth } from "../../cli/queue-depth.ts";
import { readOutputs } from "../../cli/read-outputs.ts";
import { scanTable } from "../../cli/scan-table.ts";
import { connectToStage, type Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { waitFor } from "../acceptance/wait-for.ts";
import { openLiveShop } from "./live-shop.ts";
import type { Context, Step } from "./step.ts";
import { tellPaused } from "./tell-paused.ts";
import { DEV } from "./try-stage.ts";

const STACK = "lib/order-event-bus-stack.ts";
const PATIENCE_MS = 120_000;

const onStage = async <T>(run: (stage: Stage) => Promise<T>): Promise<T> => {
  const { close, ...stage } = connectToStage(await readOutputs({ stage: DEV }));
  try {
    return await run(stage);
  } finally {
    close();
  }
};

const settle = (stage: Stage) => waitUntilDrained(stage, { stallSeconds: PATIENCE_MS / 1_000 });

/** Facts that the new version of the warehouse wrote, and all. */
const countFacts = async (stage: Stage) => {
  const TableName = consumerNamed(stage.outputs, "warehouse").tables.facts ?? "";
  let [all, marked] = [0, 0];
  for await (const fact of scanTable(stage.dynamo, { TableName })) {
    all++;
    if (fact.handlerVersion?.N === "2") marked++;
  }
  return { all, marked };
};

const changeHandler = async (context: Context): Promise<string> => {
  const shop = await openLiveShop(DEV);
  try {
    const file = "lambdas/consumers/warehouse.ts";
    context.workspace.edit(
      file,
      "            eventId: id,",
      "            handlerVersion: 2, eventId: id,",
    );
    const early = shop.orders();
    await context.workspace.deploy();
    const during = shop.orders() - early;
    return await onStage(async (stage) => {
      await waitFor(
        () => "no event has come to the new version of the warehouse",
        PATIENCE_MS,
        async () => ((await countFacts(stage)).marked > 0 ? true : undefined),
      );
      const { orders } = await shop.close();
      const { problems, events } = await settle(stage);
      assert.deepEqual(problems, []);
      const { all, marked } = await countFacts(stage);
      assert.equal(all, events, "facts");
      assert.ok(during > 0, "nothing was sold during the deploy");
      return `${orders} orders live, ${during} of them during the deploy; ${marked} facts by the new version; all exact, audit ok`;
    });
  } finally {
    await shop.close();
  }
};

const NEWCOMER = "insight";
const BEFORE = `    this.bus.addConsumer("inventory", {`;
const ADDED = `    this.bus.addConsumer("${NEWCOMER}", {
      paused: true,
      tables: { velocity: { partitionKey: "customerId", sortKey: "day", access: "adjust" } },
    });
${BEFORE}`;

/** Each order's chain over all its events, at a consumer. */
const chainsAt = async ({ dynamo, outputs }: Stage, consumer: string) => {
  const chains = new Map<string, string>();
  for await (const item of scanTable(dynamo, { TableName: outputs.DedupTable })) {
    const row = unmarshall(item);
    if (row.consumer === consumer && row.state?.chain) chains.set(row.orderId, row.state.chain);
  }
  return chains;
};

/** The newcomer does what fraud does, so its data must become the same. */
const addNewcomer = ({ workspace }: Context) => {
  const source = workspace.read("lambdas/consumers/fraud.ts").replaceAll("fraud", NEWCOMER);
  workspace.write(`lambdas/consumers/${NEWCOMER}.ts`, source);
  workspace.edit(STACK, BEFORE, ADDED);
  const last = '"fraud": "active"';
  workspace.edit("cdk.json", last, `${last}, "${NEWCOMER}": "active"`);
};

const expectEqualData = async (stage: Stage): Promise<string> => {
  const { problems, orders, consumers } = await settle(stage);
  assert.deepEqual(problems, []);
  const own = consumers.find(({ name }) => name === NEWCOMER);
  assert.deepEqual([own?.behind, own?.deadLetters, own?.parkedEvents], [0, 0, 0]);
  const chains = await chainsAt(stage, NEWCOMER);
  assert.equal(chains.size, orders, "chains");
  assert.deepEqual(chains, await chainsAt(stage, "fraud"));
  return `the chains of all ${orders} orders equal those of fraud, no dead letter, audit ok`;
};

const joinLate = async (context: Context): Promise<string> => {
  const { workspace } = context;
  const shop = await openLiveShop(DEV);
  try {
    addNewcomer(context);
    await workspace.deploy();
    const waiting = await onStage(({ sqs, outputs }) =>
      waitFor(
        () => "no live event waits in the queue of the paused consumer",
        PATIENCE_MS,
        async () => (await queueDepth(sqs, consumerNamed(outputs, NEWCOMER).queueUrl)) || undefined,
      ),
    );
    await tellPaused(DEV, NEWCOMER);
    const filled = await workspace.run("cli/bus.ts", "backfill", NEWCOMER, "--stage", DEV);
    workspace.edit(STACK, "      paused: true,\n", "");
    await workspace.deploy();
    const { orders } = await shop.close();
    context.tell(filled.trim().split("\n").at(-1) ?? "");
    const equal = await onStage(expectEqualData);
    return `${waiting} live messages waited; ${equal}; ${orders} orders live, exact`;
  } finally {
    await shop.close();
  }
};

export const changeLive: readonly Step[] = [
  { name: "a consumer's new version over live traffic", run: changeHandler },
  { name: "a sixth consumer joins with the whole history", run: joinLate },
];

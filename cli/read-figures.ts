/** What the bus has done, read back from its tables and queues and from nowhere else. */
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { queueDepth } from "./queue-depth.ts";
import { scanTable, sumTable } from "./scan-table.ts";
import type { Stage } from "./stage-clients.ts";
import { consumerNamed } from "./stage-outputs.ts";

export type Figures = {
  readonly orders: number;
  readonly events: number;
  /** Orders by their status. */
  readonly final: Readonly<Record<string, number>>;
  readonly inventory: {
    readonly reserved: number;
    readonly shipped: number;
    readonly skus: number;
  };
  readonly loyalty: { readonly points: number; readonly customers: number };
  readonly recommendation: {
    readonly pairs: number;
    readonly together: number;
    readonly bought: number;
  };
  readonly warehouse: { readonly facts: number };
  /** `xor` is over the last link of every order's chain: one order's event amiss changes it. */
  readonly fraud: { readonly chains: number; readonly xor: string };
  readonly deadLetters: Readonly<Record<string, number>>;
};

const readOrders = async ({ dynamo, outputs }: Stage) => {
  const final: Record<string, number> = {};
  let orders = 0;
  let events = 0;
  const input = {
    TableName: outputs.OrdersTable,
    ProjectionExpression: "version, #status",
    ExpressionAttributeNames: { "#status": "status" },
  };
  for await (const item of scanTable(dynamo, input)) {
    const { version, status } = unmarshall(item);
    orders++;
    events += version;
    final[status] = (final[status] ?? 0) + 1;
  }
  return { orders, events, final };
};

const readChains = async ({ dynamo, outputs }: Stage) => {
  let chains = 0;
  let xor = 0n;
  const input = {
    TableName: outputs.DedupTable,
    ProjectionExpression: "#state.chain",
    FilterExpression: "consumer = :consumer AND attribute_exists(#state.chain)",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":consumer": { S: consumerNamed(outputs, "fraud").name } },
  };
  for await (const item of scanTable(dynamo, input)) {
    chains++;
    xor ^= BigInt(`0x${unmarshall(item).state.chain}`);
  }
  return { chains, xor: `0x${xor.toString(16)}` };
};

const readDeadLetters = async ({ sqs, outputs }: Stage) => {
  const depths = outputs.Consumers.map(
    async ({ name, deadLetterQueueUrl }) =>
      [name, await queueDepth(sqs, deadLetterQueueUrl)] as const,
  );
  return Object.fromEntries(await Promise.all(depths));
};

export const readFigures = async (stage: Stage): Promise<Figures> => {
  const sum = async (consumer: string, table: string, attributes: readonly string[] = []) => {
    const { name, tables } = consumerNamed(stage.outputs, consumer);
    const physical = tables[table];
    if (physical !== undefined) return sumTable(stage.dynamo, physical, attributes);
    const known = Object.keys(tables).join(", ") || "none";
    throw new Error(`consumer ${name} has no table "${table}" in the outputs; it has ${known}`);
  };
  const count = (value: number | undefined): number => value ?? 0;
  const stock = await sum("inventory", "stock", ["reserved", "shipped"]);
  const points = await sum("loyalty", "points", ["points"]);
  const together = await sum("recommendation", "together", ["together"]);
  const bought = await sum("recommendation", "bought", ["bought"]);
  const facts = await sum("warehouse", "facts");
  return {
    ...(await readOrders(stage)),
    inventory: {
      reserved: count(stock.sums.reserved),
      shipped: count(stock.sums.shipped),
      skus: stock.rows,
    },
    loyalty: { points: count(points.sums.points), customers: points.rows },
    recommendation: {
      pairs: together.rows,
      together: count(together.sums.together),
      bought: count(bought.sums.bought),
    },
    warehouse: { facts: facts.rows },
    fraud: await readChains(stage),
    deadLetters: await readDeadLetters(stage),
  };
};

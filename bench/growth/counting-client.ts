import { DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";

export type Units = { requests: number; writeUnits: number; readUnits: number };

export type CountingClient = {
  readonly client: DynamoDBClient;
  /** Since the last time. */
  readonly take: () => Units;
};

type Consumed = {
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
};

const none = (): Units => ({ requests: 0, writeUnits: 0, readUnits: 0 });
const READS = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand"]);

/**
 * A client that asks of each call what it consumed and adds it up. A transaction that is cancelled
 * costs what it would have cost (5.3), and its answer does not say so: two units an item here,
 * since no item is over 1 KB.
 */
export const countingClient = (endpoint: string): CountingClient => {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  let units = none();
  const add = (name: string | undefined, consumed: readonly Consumed[]): void => {
    for (const { CapacityUnits = 0, ReadCapacityUnits, WriteCapacityUnits } of consumed) {
      if (READS.has(name ?? "")) units.readUnits += ReadCapacityUnits ?? CapacityUnits;
      else units.writeUnits += WriteCapacityUnits ?? CapacityUnits;
    }
  };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        units.requests++;
        const input = { ...args.input, ReturnConsumedCapacity: "TOTAL" as const };
        try {
          const answer = await next({ ...args, input });
          const { ConsumedCapacity = [] } = answer.output as { ConsumedCapacity?: Consumed };
          add(commandName, [ConsumedCapacity].flat());
          return answer;
        } catch (error) {
          if (commandName === TransactWriteItemsCommand.name) {
            const { TransactItems = [] } = args.input as { TransactItems?: readonly unknown[] };
            units.writeUnits += 2 * TransactItems.length;
          }
          throw error;
        }
      },
    { step: "initialize", name: "countUnits" },
  );
  return {
    client,
    take: () => {
      const taken = units;
      units = none();
      return taken;
    },
  };
};

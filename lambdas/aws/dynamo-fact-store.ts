import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Fact } from "../core/consumer.ts";
import { FACTS_AT_ONCE, type FactStore } from "../core/ports.ts";
import { dynamoFailure } from "./dynamo-failure.ts";

type PutResult = Awaited<ReturnType<FactStore["put"]>>;
type Waiting = {
  readonly facts: readonly Fact[];
  readonly settle: (result: PutResult) => void;
};

const TRIES = 6;
const FIRST_WAIT_MS = 25;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Facts of a batch's orders are asked for side by side; this gathers what one turn of the event
 * loop brings and writes it together. Made anew for each invocation, so nothing outlives one.
 */
export const dynamoFactStore = (
  client: DynamoDBClient,
  dataTables: Readonly<Record<string, string>>,
): FactStore => {
  let waiting: Waiting[] = [];

  const write = async (facts: readonly Fact[]): Promise<PutResult> => {
    const byTable = Map.groupBy(facts, ({ table }) => dataTables[table] ?? table);
    let requests: Record<string, WriteRequest[]> = Object.fromEntries(
      [...byTable].map(([table, group]) => [
        table,
        group.map(({ item }) => ({ PutRequest: { Item: marshall(item) } })),
      ]),
    );
    for (let tried = 1; ; tried++) {
      const command = new BatchWriteItemCommand({ RequestItems: requests });
      const { UnprocessedItems = {} } = await client.send(command);
      if (Object.keys(UnprocessedItems).length === 0) return { kind: "committed" };
      if (tried === TRIES) return { kind: "busy" };
      requests = UnprocessedItems;
      await pause(FIRST_WAIT_MS * 2 ** (tried - 1) * (0.5 + Math.random() / 2));
    }
  };

  const writeSafely = (facts: readonly Fact[]): Promise<PutResult> =>
    write(facts).catch((error: unknown) => dynamoFailure(error));

  /** One bad item fails a whole request: then each asker's facts go alone, and only its own fail. */
  const settleTogether = async (group: readonly Waiting[]): Promise<void> => {
    const result = await writeSafely(group.flatMap(({ facts }) => facts));
    if (result.kind !== "failed" || group.length === 1) {
      for (const { settle } of group) settle(result);
      return;
    }
    await Promise.all(group.map(async ({ facts, settle }) => settle(await writeSafely(facts))));
  };

  const flush = (): void => {
    const all = waiting;
    waiting = [];
    let group: Waiting[] = [];
    for (const next of all) {
      const size = group.reduce((sum, { facts }) => sum + facts.length, next.facts.length);
      if (size > FACTS_AT_ONCE && group.length > 0) {
        void settleTogether(group);
        group = [];
      }
      group.push(next);
    }
    void settleTogether(group);
  };

  return {
    put: (facts) =>
      new Promise((settle) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ facts, settle });
      }),
  };
};

/**
 * A day is shortened: the relay is paused, and what the stream holds by then is skipped for good, as
 * it is when the stream has forgotten it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import {
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { createAwsClients } from "../../../local/aws-clients.ts";
import { expectCode, type Game, type Incident } from "../game.ts";
import { ALARM_MINUTE_SECONDS } from "../open-game.ts";

const ALARM = "relay/Behind";

type Relay = { readonly UUID: string; readonly streamArn: string };

const findRelay = async ({ stage }: Game): Promise<Relay> => {
  const { dynamo, lambda, outputs } = stage();
  const described = await dynamo.send(new DescribeTableCommand({ TableName: outputs.OrdersTable }));
  const EventSourceArn = described.Table?.LatestStreamArn ?? "";
  const list = new ListEventSourceMappingsCommand({ EventSourceArn });
  const UUID = (await lambda.send(list)).EventSourceMappings?.[0]?.UUID ?? "";
  return { UUID, streamArn: EventSourceArn };
};

/** The last record of each shard. */
const lastRecords = async ({ bus }: Game, StreamArn: string): Promise<Record<string, string>> => {
  const { streams, destroy } = createAwsClients(bus().endpoints);
  const last: Record<string, string> = {};
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
    const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    let iterator = (await streams.send(new GetShardIteratorCommand(start))).ShardIterator;
    for (let empty = false; iterator !== undefined && !empty; ) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
      const number = page.Records?.at(-1)?.dynamodb?.SequenceNumber;
      if (number !== undefined) last[ShardId] = number;
      empty = (page.Records ?? []).length === 0;
      iterator = page.NextShardIterator;
    }
  }
  destroy();
  return last;
};

/** The alarm tells a relay that does not run from a shop where nothing happens by orders that are taken. */
const shopUntilTold = async (game: Game): Promise<void> => {
  let isTold = false;
  const told = game.alarm(ALARM, "ALARM").finally(() => {
    isTold = true;
  });
  const shop = async (): Promise<void> => {
    while (!isTold) {
      await game.shopOn(2);
      await sleep(ALARM_MINUTE_SECONDS * 1_000);
    }
  };
  await Promise.all([told, shop()]);
};

let outage = { from: "", to: "" };

export const relayStopped: Incident = {
  name: "relay stopped for a day",
  standsFor: "the relay is paused; what it missed is skipped, as if the stream had forgotten it",
  foundBy: `alarm ${ALARM}`,
  breaks: async (game) => {
    const { UUID } = await findRelay(game);
    const pause = new UpdateEventSourceMappingCommand({ UUID, Enabled: false });
    await game.stage().lambda.send(pause);
    await game.bus().pauseMapping(UUID);
    outage = { from: new Date(Date.now() - 1_000).toISOString(), to: "" };
    await shopUntilTold(game);
  },
  mends: async (game) => {
    const { UUID, streamArn } = await findRelay(game);
    const shards = await lastRecords(game, streamArn);
    outage = { ...outage, to: new Date(Date.now() + 1_000).toISOString() };
    const file = join(game.dataDir, "checkpoints", `${UUID}.json`);
    await game.deploy({}, async () => {
      const before = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, JSON.stringify({ ...before, shards: { ...before.shards, ...shards } }));
    });
    const resume = new UpdateEventSourceMappingCommand({ UUID, Enabled: true });
    await game.stage().lambda.send(resume);
    expectCode(await game.type("audit", "--settle", "1"), 1, "the audit of what is forgotten");
    const times = ["--since", outage.from, "--until", outage.to];
    expectCode(await game.type("republish", ...times, "--yes"), 0, "bus republish");
    return "the mapping enabled, bus republish --since and --until the time of the outage";
  },
};

/**
 * The embedded bus against a bare loop, on the same emulators, topic and queues, with the same
 * events. The bus begins where its own work begins, at the order's table, so it has the stream and
 * the relay to do on top; the bare loop is handed its events ready to publish.
 */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { createAwsClients } from "../../local/aws-clients.ts";
import { cpuByPart } from "../../local/cpu-by-part.ts";
import { type MeasuredBus, openMeasuredBus } from "../embedded/open-measured-bus.ts";
import { orderVersions } from "../embedded/order-versions.ts";
import { median } from "../median.ts";
import type { Part, PartOptions, PartReport } from "../part.ts";
import { type BareLoop, runBareLoop } from "./bare-loop.ts";
import { mappingsOf, runBus } from "./bus-run.ts";

const GOAL = 0.6;
const BARE_TABLE = "bare-loop";
const SIDES = ["bus", "bare loop"] as const;
type Side = (typeof SIDES)[number];

type Run = {
  readonly events: number;
  readonly seconds: number;
  /** Processor milliseconds an event, by process. */
  readonly cpuMs: ReadonlyMap<string, number>;
};

const cpuBetween = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  events: number,
): ReadonlyMap<string, number> =>
  new Map(
    [...after].map(([part, seconds]) => [
      part,
      ((seconds - (before.get(part) ?? 0)) * 1_000) / events,
    ]),
  );

const openBareLoop = async ({ bus, stage }: MeasuredBus) => {
  const clients = createAwsClients(bus.endpoints);
  await clients.dynamodb.send(
    new CreateTableCommand({
      ...{ TableName: BARE_TABLE, BillingMode: "PAY_PER_REQUEST" },
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    }),
  );
  const { TopicArn, Consumers } = stage.outputs;
  const queueUrls = Consumers.map(({ queueUrl }) => queueUrl);
  const loop: BareLoop = { ...clients, topicArn: TopicArn, queueUrls, table: BARE_TABLE };
  return { loop, close: clients.destroy };
};

type Bench = { readonly measured: MeasuredBus; readonly loop: BareLoop };

const runSide = async (
  { measured, loop }: Bench,
  side: Side,
  { trace, name }: { readonly trace: PartOptions["trace"]; readonly name: string },
): Promise<Run> => {
  const versions = orderVersions(trace, name);
  const before = cpuByPart(measured.bus);
  let seconds: number;
  if (side === "bus") {
    seconds = await runBus(measured, name, versions);
  } else {
    const events = versions.map((item) => composePublication(item, item.version));
    const startedAt = performance.now();
    await runBareLoop(loop, events);
    seconds = (performance.now() - startedAt) / 1_000;
  }
  const events = versions.length;
  return { events, seconds, cpuMs: cpuBetween(before, cpuByPart(measured.bus), events) };
};

type Rounds = Readonly<Record<Side, readonly Run[]>>;

const measure = async (bench: Bench, options: PartOptions): Promise<Rounds> => {
  const { bus } = bench.measured;
  const { relay, consumers } = mappingsOf(bench.measured);
  for (const id of [relay, ...consumers]) await bus.pauseMapping(id);
  const runs: Record<Side, Run[]> = { bus: [], "bare loop": [] };
  // Round 0 warms both up and counts for neither.
  for (let round = 0; round <= options.rounds; round++) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      options.signal.throwIfAborted();
      const name = `${side === "bus" ? "bus" : "bare"}-${round}`;
      const run = await runSide(bench, side, { trace: options.trace, name });
      const rate = (run.events / run.seconds).toFixed(0);
      options.onProgress(
        `${side}, ${round === 0 ? "warm-up" : `round ${round}`}: ${rate} events/s`,
      );
      if (round > 0) runs[side].push(run);
    }
  }
  for (const id of [relay, ...consumers]) bus.resumeMapping(id);
  const audit = await waitUntilDrained(bench.measured.stage, { signal: options.signal });
  if (!audit.ok) throw new Error("the audit after the runs found a fault");
  return runs;
};

const rateOf = ({ events, seconds }: Run): number => events / seconds;

const cpuRows = (rounds: Rounds): (string | number)[][] => {
  const parts = new Set(rounds.bus.flatMap(({ cpuMs }) => [...cpuMs.keys()]));
  const of = (side: Side, part: string) =>
    Number(median(rounds[side].map(({ cpuMs }) => cpuMs.get(part) ?? 0)).toFixed(2));
  return [...parts].map((part) => [part, of("bus", part), of("bare loop", part)]);
};

const run = async (options: PartOptions): Promise<PartReport> => {
  const measured = await openMeasuredBus();
  try {
    const bare = await openBareLoop(measured);
    try {
      return report(await measure({ measured, loop: bare.loop }, options));
    } finally {
      bare.close();
    }
  } finally {
    await measured.close();
  }
};

const report = (rounds: Rounds): PartReport => {
  const ratios = rounds.bus.map((bus, index) => {
    const bare = rounds["bare loop"][index];
    if (bare === undefined) throw new Error(`round ${index + 1} has no bare loop`);
    return rateOf(bus) / rateOf(bare);
  });
  const rates = SIDES.map((side) => ({ side, rate: Math.round(median(rounds[side].map(rateOf))) }));
  return {
    figures: [
      {
        ...{ name: "end-to-end: events/s against the bare loop", unit: "x" },
        ...{ value: median(ratios), rounds: ratios, goal: { atLeast: GOAL } },
        tells:
          "Events/s of the embedded bus, from the orders' table to all effects of five consumers, against a loop over the same emulators, topic and queues that publishes, receives, writes one item an event and consumer, and deletes.",
      },
    ],
    tables: [
      {
        title: "Events/s on this machine, from the store to all effects",
        head: ["side", "events/s"],
        rows: rates.map(({ side, rate }) => [side, rate]),
      },
      {
        title: "Processor milliseconds an event",
        head: ["process", ...SIDES],
        rows: cpuRows(rounds),
      },
    ],
    charts: [],
    notes: NOTES,
  };
};

const NOTES = [
  "Both sides have the same events of the same trace, and everything that a bus is used for is running: emulators that keep their data on disk, one execution environment a consumer. The trace's orders are put into their table before the clock runs, a stream record an event; the order API is not part of it.",
  "What the bus does and the bare loop does not: read the stream and relay it, run functions in processes of their own, fence each event, apply the five consumers' real effects exactly once. The bare loop writes once for every event at every consumer; the bus does not write for an event that a consumer ignores.",
  "The bare loop is one process: the loop, and of the bus the runtime with its pollers, are `runtime` in the table.",
];

export const endToEnd: Part = {
  name: "end-to-end",
  summary: "the embedded bus against a bare loop over the same emulators",
  run,
};

/**
 * How full the relay's calls are when it works off a backlog, and what an order that fails costs
 * the others. Counts only: the same on any machine.
 */
import { RELAY_BATCH_SIZE } from "../../lib/order-relay.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import type { Figure, Part, PartReport, Table } from "../part.ts";
import type { Mapping } from "./drive-relay.ts";
import { ARRANGEMENTS, makeBacklog, STEPS_AN_ORDER } from "./make-backlog.ts";
import { measureRelay, type RelayCount, TROUBLES } from "./measure-relay.ts";

const ORDERS = 2_000;
const RECORDS = ORDERS * STEPS_AN_ORDER;

/** As the stack sets it. */
const mappingOfStage = (): Mapping => ({
  batchSize: RELAY_BATCH_SIZE,
  parallelism: stageSettings({ stage: "prod", alarmEmail: "none" }).relayParallelism,
});

const rounded = (value: number): number => Math.round(value * 100) / 100;
const entriesACall = ({ entries, calls }: RelayCount): number => rounded(entries / calls);

type Row = { readonly name: string; readonly count: RelayCount };

const packingTable = (rows: readonly Row[]): Table => ({
  title: `${RECORDS} records of ${ORDERS} orders, by how they lie in the stream`,
  head: ["the stream", "entries", "calls", "entries a call", "calls in turn a batch"],
  rows: rows.map(({ name, count }) => [
    ...[name, count.entries, count.calls, entriesACall(count)],
    rounded(count.turns / count.batches),
  ]),
});

const troubleTable = (healthy: RelayCount, rows: readonly Row[]): Table => ({
  title: "The same with one order's second event refused",
  head: ["refused", "more calls", "entries sent twice", "parked", "retries", "records that waited"],
  rows: rows.map(({ name, count }) => [
    ...[name, count.calls - healthy.calls, count.twice],
    ...[count.parked, count.retries, count.waiting],
  ]),
});

const worstOf = (rows: readonly Row[]): Row =>
  rows.reduce((worst, row) => (entriesACall(row.count) < entriesACall(worst.count) ? row : worst));

const figuresOf = (worst: Row, troubled: readonly Row[], { parallelism }: Mapping): Figure[] => {
  const setting = `batches of ${RELAY_BATCH_SIZE} records, ${parallelism} at a time`;
  return [
    {
      ...{ name: "relay: entries a PublishBatch", value: entriesACall(worst.count) },
      ...{ unit: "entries", goal: { atLeast: 9 } },
      tells: `Entries a call on a backlog of ${RECORDS} records of ${ORDERS} orders, in ${setting}, where the records lie worst: ${worst.name}.`,
    },
    ...troubled.map(({ name, count }) => ({
      ...{ name: `relay: entries a PublishBatch, one order ${name}`, value: entriesACall(count) },
      ...{ unit: "entries" },
      tells: `The same with one order's second event ${name}; ${count.twice} entries were sent twice, which the topic drops within 5 minutes.`,
    })),
  ];
};

const run: Part["run"] = async ({ signal, onProgress }): Promise<PartReport> => {
  const mapping = mappingOfStage();
  const rows: Row[] = [];
  const troubled = new Map<string, Row[]>();
  for (const [name, pace] of Object.entries(ARRANGEMENTS)) {
    signal.throwIfAborted();
    onProgress(name);
    const backlog = makeBacklog(ORDERS, pace);
    rows.push({ name, count: await measureRelay(backlog, mapping) });
    const inTrouble: Row[] = [];
    for (const trouble of TROUBLES) {
      const count = await measureRelay(backlog, mapping, trouble);
      inTrouble.push({ name: trouble.name, count });
    }
    troubled.set(name, inTrouble);
  }
  const worst = worstOf(rows);
  const inTrouble = troubled.get(worst.name) ?? [];
  return {
    figures: figuresOf(worst, inTrouble, mapping),
    tables: [packingTable(rows), troubleTable(worst.count, inTrouble)],
    charts: [
      {
        ...{ title: "Entries a PublishBatch, of 10 that fit", unit: "entries" },
        bars: rows.map(({ name, count }) => ({ label: name, value: entriesACall(count) })),
      },
    ],
    notes: [
      "An event refused by the sender's fault is parked at once: its order stops, and no other sends anything twice or waits.",
      "An event refused for another reason comes again with all records after it in its batch, until it is taken: up to 24 hours, and its line of the stream (one of several a shard) waits as long.",
    ],
  };
};

export const relay: Part = {
  name: "relay",
  summary: "entries a PublishBatch on a backlog, and with one order failing",
  run,
};

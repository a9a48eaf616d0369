/**
 * A consumer that has a backlog works it off as fast as it can. How fast that is, whether a deep
 * backlog is slower than a shallow one, and what the other consumers feel of it meanwhile.
 */
import { consumerNamed } from "../../cli/stage-outputs.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import type { Publication } from "../../lambdas/core/ports.ts";
import { until } from "../../test/emulators/until.ts";
import { latencyOf, untilTold } from "../../test/load/latency-log.ts";
import { paceOrders } from "../../test/load/pace-orders.ts";
import { type MeasuredBus, openMeasuredBus } from "../embedded/open-measured-bus.ts";
import { orderVersions } from "../embedded/order-versions.ts";
import type { Part, PartOptions, PartReport } from "../part.ts";
import { fillQueue } from "./fill-queue.ts";

const LATE = "warehouse";
const EVENTS_A_ROUND = 20_000;
/** So many are told of within one wait's patience, however slow the machine. */
const EVENTS_A_WAIT = 2_000;
const MOST_EVENTS = 100_000;
const ORDERS_PER_SECOND = 5;
const WARM_UP_SECONDS = 10;
const BEFORE_SECONDS = 30;
const SLICE_SECONDS = 5;

export const backlogOf = ({ rounds }: Pick<PartOptions, "rounds">): number =>
  Math.min(MOST_EVENTS, rounds * EVENTS_A_ROUND);

/** So many events of a trace's orders, played as often as needed. */
export function* backlogEvents(trace: readonly TraceLine[], events: number): Iterable<Publication> {
  let left = events;
  for (let day = 1; left > 0; day++) {
    const versions = orderVersions(trace, `day-${day}`).slice(0, left);
    if (versions.length === 0) throw new Error("the trace has no order");
    for (const item of versions) yield composePublication(item, item.version);
    left -= versions.length;
  }
}

const othersOf = ({ stage }: MeasuredBus) =>
  stage.outputs.Consumers.filter(({ name }) => name !== LATE);

let placed = 0;
const nextOrderId = () => `live-${++placed}`;

/** In slices, at least one, for as long as it is asked to. */
const playLive = async (
  { latencies, send, ...measured }: MeasuredBus,
  phase: string,
  live: { readonly isOn: () => boolean; readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> => {
  latencies.begin(phase);
  let orders = 0;
  do {
    const { seconds, signal } = live;
    const pace = { seconds, ordersPerSecond: ORDERS_PER_SECOND, signal };
    orders += (await paceOrders(send, nextOrderId, pace)).taken;
  } while (live.isOn());
  const consumers = othersOf({ latencies, send, ...measured });
  await untilTold(latencies, { phase, orders, consumers });
};

type CatchUpOptions = {
  readonly mappingId: string;
  readonly events: number;
  readonly onProgress: PartOptions["onProgress"];
};

type CatchUp = { readonly seconds: number; readonly firstHalfSeconds: number };

const catchUp = async (
  { bus, latencies }: MeasuredBus,
  { mappingId, events, onProgress }: CatchUpOptions,
): Promise<CatchUp> => {
  const told = () => latencies.toldIn("catching up", LATE).length;
  const startedAt = performance.now();
  const since = () => (performance.now() - startedAt) / 1_000;
  bus.resumeMapping(mappingId);
  const reach = async (count: number) => {
    // Each step has its own patience: a whole backlog takes longer than any single wait.
    for (let step = Math.min(count, told() + EVENTS_A_WAIT); ; step += EVENTS_A_WAIT) {
      const goal = Math.min(step, count);
      await until(`${LATE} tells of ${goal} events`, () => told() >= goal);
      onProgress(`${LATE} has caught up with ${goal} of ${events} events`);
      if (goal === count) return since();
    }
  };
  const firstHalfSeconds = await reach(Math.floor(events / 2));
  return { firstHalfSeconds, seconds: await reach(events) };
};

const measure = async (measured: MeasuredBus, options: PartOptions) => {
  const { trace, signal, onProgress } = options;
  const events = backlogOf(options);
  const { stage, bus, latencies } = measured;
  const { mappingId, queueUrl } = consumerNamed(stage.outputs, LATE);
  const once = { isOn: () => false, signal };
  await playLive(measured, "warm-up", { ...once, seconds: WARM_UP_SECONDS });
  await playLive(measured, "before", { ...once, seconds: BEFORE_SECONDS });
  await bus.pauseMapping(mappingId);
  onProgress(`a backlog of ${events} events for ${LATE}`);
  await fillQueue(stage.sqs, queueUrl, backlogEvents(trace, events), { signal });
  onProgress(`${LATE} catches up`);
  latencies.begin("catching up");
  let isOn = true;
  const live = { isOn: () => isOn, seconds: SLICE_SECONDS, signal };
  const caught = catchUp(measured, { mappingId, events, onProgress }).finally(() => {
    isOn = false;
  });
  const [result] = await Promise.all([caught, playLive(measured, "catching up", live)]);
  onProgress(`caught up: ${(events / result.seconds).toFixed(0)} events/s`);
  return { events, ...result };
};

const report = (
  { latencies, ...measured }: MeasuredBus,
  { events, seconds, firstHalfSeconds }: CatchUp & { readonly events: number },
): PartReport => {
  const names = othersOf({ latencies, ...measured }).map(({ name }) => name);
  const of = (phase: string) =>
    latencyOf(names.flatMap((name) => [...latencies.toldIn(phase, name)]));
  const [before, meanwhile] = [of("before"), of("catching up")];
  const rowOf = (name: string): (string | number)[] => {
    const quick = latencyOf(latencies.toldIn("before", name));
    const late = latencyOf(latencies.toldIn("catching up", name));
    return [name, quick.p50Ms, late.p50Ms, quick.p99Ms, late.p99Ms];
  };
  const count = events.toLocaleString("en");
  const meanwhileTells = `the other four consumers' latencies while ${LATE} works off a backlog of ${count} events, against before; ${ORDERS_PER_SECOND} orders/s, each placed and paid, all the time, and all of it on one machine.`;
  return {
    figures: [
      {
        ...{ name: "catch-up: events/s of the deep half against the shallow half", unit: "x" },
        value: (seconds - firstHalfSeconds) / firstHalfSeconds,
        tells: `The rate at which ${LATE} works off the first half of a backlog of ${count} events, against the second half.`,
      },
      {
        ...{ name: "catch-up: the others' median latency meanwhile", unit: "x" },
        value: meanwhile.p50Ms / before.p50Ms,
        tells: `The median of ${meanwhileTells}`,
      },
      {
        ...{ name: "catch-up: the others' p99 latency meanwhile", unit: "x" },
        value: meanwhile.p99Ms / before.p99Ms,
        tells: `The p99 of ${meanwhileTells}`,
      },
    ],
    tables: [
      {
        title: "Catching up, on this machine",
        head: ["backlog", "seconds", "events/s"],
        rows: [[events, Math.round(seconds), Math.round(events / seconds)]],
      },
      {
        title: "Latencies in milliseconds, before and meanwhile",
        head: ["consumer", "p50 before", "p50 meanwhile", "p99 before", "p99 meanwhile"],
        rows: names.map(rowOf),
      },
    ],
    charts: [],
    notes: [
      `A round is ${EVENTS_A_ROUND.toLocaleString("en")} events of the backlog, up to ${MOST_EVENTS.toLocaleString("en")}. It is put into the queue past the topic, for ${LATE} alone, while its mapping is paused.`,
      "One execution environment works it off. On AWS it would be as many as the consumer's limit allows, on machines of their own; here the other consumers, the emulators and the shop share the same processors with it.",
    ],
  };
};

const run = async (options: PartOptions): Promise<PartReport> => {
  const measured = await openMeasuredBus();
  try {
    return report(measured, await measure(measured, options));
  } finally {
    await measured.close();
  }
};

export const catchUpPart: Part = {
  name: "catch-up",
  summary: "a consumer that works off a backlog, and what the others feel of it",
  run,
};

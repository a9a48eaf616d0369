/**
 * The bound of liveness (12): in a share of the worlds all faults end at some moment, everything that
 * was under way arrives, and from then on the clock is watched. With V the visibility timeout, T the
 * function's timeout and C the backoff cap of a consumer:
 *
 * What nothing holds up is applied within V + T + C.
 *   - Whatever happened before, a message is hidden for at most V (it was in the hands of an
 *     invocation that crashed) or C (it was handed back), and the pollers may all be in an
 *     invocation that hangs: T at most.
 *   - Then it is run and applied. Only a start without an outcome whose attempts are spent is judged
 *     unrun; for want of a token it backs off once more, C at most, and is run then.
 *   - Other suspects run alone before it, one an invocation, while it is handed back at once. Its
 *     predecessors were hidden no longer than itself. Both cost work, but no waiting.
 *
 * An event that kills its function is a fault that has not ended. It takes its batch along while no
 * start of it is recorded, at its first two receives: 2 V more for each.
 *
 * What is dead, or behind something dead, bounces on top of that: each ten of an order's messages
 * take `maxReceiveCount` receives, and each receive the bounce.
 *
 * What still fails of itself has no such bound: without a token it backs off until its receives are
 * spent.
 */
import { type Bus, type ConsumerState, START_MS } from "./bus.ts";
import type { QueueMessage } from "./fifo-queue.ts";
import { isIgnored, isNextAt } from "./handled-by.ts";
import { isRefusedUnseen } from "./isolation.ts";
import { type Place, placeOf } from "./place-of.ts";
import { poisonAt } from "./world.ts";

/** Calls take up to 10 ms now; an event takes some ten of them, and so does a bounce. */
const WORK_MS = 250;
const BATCH = 10;
const LOOK_MS = 5_000;

const isUpstreamIdle = (bus: Bus): boolean =>
  bus.shopping === 0 &&
  bus.delivering === 0 &&
  bus.checkpoints.every((done, shard) => done === bus.shards[shard]?.length);

const isHindered = (bus: Bus, consumer: ConsumerState): boolean => {
  const nowMs = bus.clock.nowMs();
  const { pausedUntilMs, deniedUntilMs, spec } = consumer;
  const outageEndMs = START_MS + (spec.outage?.toMs ?? 0);
  return Math.max(pausedUntilMs, deniedUntilMs, outageEndMs) > nowMs;
};

type Why = "due" | "dead" | "failing";

/** What holds up an order that has messages in the queue. */
const reasonOf = (bus: Bus, { spec, repaired }: ConsumerState, group: QueueMessage[]): Why => {
  const places = group.map(({ body }) => placeOf(body));
  const orderId = places[0]?.orderId ?? "";
  const row = bus.tables.rows(spec.name).get(orderId);
  const seq = row?.seq ?? 0;
  const open = places.filter(
    (place) => place.sequence > seq && !isIgnored(bus.orders, spec, place),
  );
  const fails = ({ sequence }: Place): boolean =>
    (!repaired && poisonAt(spec, orderId, sequence) !== undefined) ||
    isRefusedUnseen(bus, { orderId, sequence });
  if (open.some(fails)) return "failing";
  const sequences = open.map(({ sequence }) => sequence).sort((a, b) => a - b);
  const isWhole = sequences.every((sequence, index) =>
    isNextAt(bus.orders, spec, { orderId, sequence, seq: sequences[index - 1] ?? seq }),
  );
  const isDead = row?.life?.seq === sequences[0] && row?.life?.dead !== undefined;
  return isWhole && !isDead ? "due" : "dead";
};

const waitingOrders = (bus: Bus, consumer: ConsumerState): Map<string, Why> =>
  new Map(
    [...Map.groupBy(consumer.queue.messages(), ({ groupId }) => groupId)].map(
      ([orderId, group]) => [orderId, reasonOf(bus, consumer, group)],
    ),
  );

type Bounds = { readonly dueMs: number; readonly deadMs: number };

const boundsOf = ({ spec, queue, repaired }: ConsumerState): Bounds => {
  const messages = queue.messages();
  const kills = ({ body }: QueueMessage): boolean => {
    const { orderId, sequence } = placeOf(body);
    return !repaired && poisonAt(spec, orderId, sequence)?.kind === "kills";
  };
  const { visibilityMs, timeoutMs, rules, maxReceiveCount } = spec;
  const takenAlongMs = 2 * visibilityMs * messages.filter(kills).length;
  const workMs = WORK_MS * (messages.length + 1);
  const dueMs = visibilityMs + timeoutMs + rules.backoffCapSeconds * 1_000 + takenAlongMs + workMs;
  const tens = [...Map.groupBy(messages, ({ groupId }) => groupId).values()].map((group) =>
    Math.ceil(group.length / BATCH),
  );
  const bounceMs = rules.bounceSeconds * 1_000 + workMs;
  return { dueMs, deadMs: dueMs + Math.max(0, ...tens) * maxReceiveCount * bounceMs };
};

/** Sleeps until the queue is empty, or until then. */
const wait = async (bus: Bus, { queue }: ConsumerState, untilMs: number): Promise<void> => {
  for (let leftMs = 1; queue.size() > 0 && leftMs > 0; ) {
    leftMs = untilMs - bus.clock.nowMs();
    await bus.clock.sleep(Math.min(LOOK_MS, Math.max(0, leftMs)));
  }
};

const checkConsumer = async (bus: Bus, consumer: ConsumerState): Promise<void> => {
  while (isHindered(bus, consumer)) await bus.clock.sleep(LOOK_MS);
  const startMs = bus.clock.nowMs();
  const before = waitingOrders(bus, consumer);
  const bounds = boundsOf(consumer);
  for (const why of before.values()) bus.faults.count(`calm:${why}`);
  const check = (why: Why, ms: number): void => {
    for (const { body } of consumer.queue.messages()) {
      const { orderId, sequence } = placeOf(body);
      if (before.get(orderId) !== why) continue;
      const what = `${consumer.spec.name} ${orderId}-${sequence}`;
      bus.history.violate("12 liveness", `${what}: ${why}, and there after ${ms} ms of calm`);
    }
  };
  await wait(bus, consumer, startMs + bounds.dueMs);
  check("due", bounds.dueMs);
  await wait(bus, consumer, startMs + bounds.deadMs);
  check("dead", bounds.deadMs);
};

/** Ends all faults, lets what is under way arrive, and holds each consumer to its bounds. */
export const checkCalm = async (bus: Bus): Promise<void> => {
  bus.faults.calm = true;
  while (!isUpstreamIdle(bus)) await bus.clock.sleep(LOOK_MS);
  await Promise.all(bus.consumers.map((consumer) => checkConsumer(bus, consumer)));
  bus.faults.calm = false;
};

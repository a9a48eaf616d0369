/**
 * Lambda's event source mapping of a queue: receive, invoke, delete what is not reported (3.7).
 *
 * An invocation may be throttled after the receive, crash at any call, run into its timeout and go
 * on as a zombie, or have its response lost or garbled. Whatever is not deleted comes back.
 */
import { consumeBatch } from "../../lambdas/core/consume-batch.ts";
import type { Message } from "../../lambdas/core/ports.ts";
import { checkBatch } from "./batch-contract.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import type { QueueMessage } from "./fifo-queue.ts";
import { isIgnored } from "./handled-by.ts";
import { placeOf } from "./place-of.ts";
import type { Timer } from "./sim-clock.ts";
import { type Invocation, removeMessage, type SimContext, simContext } from "./sim-consumer.ts";

export type ConsumerHandler = (
  context: SimContext,
  messages: readonly Message[],
) => Promise<readonly string[]>;

export const productionHandler: ConsumerHandler = async (context, messages) => {
  const { results, failedIds } = await consumeBatch(context, messages);
  context.report(results);
  return failedIds;
};

const BATCH = 10;

type Mapping = {
  readonly handler: ConsumerHandler;
  /** Pollers with nothing to do, longest idle first. */
  readonly idle: (() => void)[];
  /** Rings when there is work again. */
  bell?: Timer;
};

/** Starts the mapping's pollers; each takes one batch at a time until the world ends. */
export const startMapping = (bus: Bus, consumer: ConsumerState, handler: ConsumerHandler): void => {
  const mapping: Mapping = { handler, idle: [] };
  consumer.wake = () => wakeOne(bus, consumer, mapping);
  for (let poller = 0; poller < consumer.spec.pollers; poller++) {
    void poll(bus, consumer, mapping);
  }
};

/** When the mapping can receive something next: `undefined` when it never will. */
const nextReceiveMs = (consumer: ConsumerState, nowMs: number): number | undefined => {
  const visibleMs = consumer.queue.nextVisibleMs(nowMs);
  if (visibleMs === undefined) return undefined;
  return Math.max(visibleMs, consumer.pausedUntilMs, consumer.deniedUntilMs);
};

/** Wakes an idle poller if there is work, and sees to it that one is woken when there will be. */
const wakeOne = (bus: Bus, consumer: ConsumerState, mapping: Mapping): void => {
  const { clock } = bus;
  const [poller] = mapping.idle;
  if (poller === undefined) return;
  const nowMs = clock.nowMs();
  const receiveMs = nextReceiveMs(consumer, nowMs);
  if (receiveMs === nowMs) {
    mapping.idle.shift();
    poller();
    return;
  }
  if (mapping.bell !== undefined) mapping.bell.cancelled = true;
  if (receiveMs === undefined) return;
  mapping.bell = clock.at(receiveMs, () => wakeOne(bus, consumer, mapping));
};

const poll = async (bus: Bus, consumer: ConsumerState, mapping: Mapping): Promise<void> => {
  const { clock, faults, random } = bus;
  while (!bus.ended) {
    const nowMs = clock.nowMs();
    if (nextReceiveMs(consumer, nowMs) !== nowMs) {
      await new Promise<void>((resolve) => {
        mapping.idle.push(resolve);
        consumer.wake();
      });
      continue;
    }
    if (faults.deal("sqs") === "denyAll") {
      consumer.deniedUntilMs = nowMs + random.pick([2, 5, 7, 15]) * 60_000;
      continue;
    }
    const fault = faults.deal("receive");
    const max = fault === "fewer" ? 1 + random.below(3) : BATCH;
    const lapseMs = fault === "lapse" ? 50 + random.below(3_000) : undefined;
    const batch = consumer.queue.receive(max, nowMs, random.next, lapseMs);
    consumer.wake();
    // Whatever was visible may have been moved to the dead letters.
    if (batch.length === 0) continue;
    bus.running++;
    await clock.sleep(1 + random.below(5));
    await invoke(bus, consumer, batch, mapping.handler);
    bus.running--;
  }
};

const toMessage = (message: QueueMessage): Message => ({
  messageId: message.messageId,
  receiptHandle: message.receipt,
  receiveCount: message.receiveCount,
  sentAtMs: message.sentAtMs,
  body: message.body,
});

const callsUntilCrash = (fault: string, random: Bus["random"]): { callsLeft?: number } => {
  if (fault === "crashBefore") return { callsLeft: 0 };
  if (fault === "crashBetween") return { callsLeft: 1 + random.below(6) };
  return {};
};

/** The failed ids, or how the invocation ended without any. */
type Ended = readonly string[] | "timed out" | "crashed" | "failed";

const invoke = async (
  bus: Bus,
  consumer: ConsumerState,
  batch: readonly QueueMessage[],
  handler: ConsumerHandler,
): Promise<void> => {
  const { clock, faults, random } = bus;
  const fault = faults.deal("invoke");
  if (fault === "throttled") return;
  const { timeoutMs } = consumer.spec;
  let end = (_how: Ended): void => {};
  const ending = new Promise<Ended>((resolve) => {
    end = resolve;
  });
  const invocation: Invocation = {
    startedMs: clock.nowMs(),
    timeoutMs,
    crashed: false,
    pending: new Set(),
    ...callsUntilCrash(fault, random),
    onCrash: () => end("crashed"),
  };
  const timeout = clock.at(clock.nowMs() + timeoutMs, () => end("timed out"));
  handler(simContext(bus, consumer, invocation), batch.map(toMessage)).then(end, (error) => {
    // A function that throws fails its whole batch (3.7); ours must never do so (3.17).
    bus.history.violate("no function throws", `${consumer.spec.name}: ${error}`);
    end("failed");
  });
  const ended = await ending;
  timeout.cancelled = true;
  if (ended === "timed out") {
    // Killed, or frozen and thawed by a later invocation: then it goes on.
    if (fault !== "zombie") invocation.crashed = true;
    return;
  }
  if (ended === "crashed" || ended === "failed" || fault === "crashAfter") return;
  if (fault === "lostResponse" || fault === "malformed") return;
  await removeDone(bus, consumer, batch, ended);
};

const removeDone = async (
  bus: Bus,
  consumer: ConsumerState,
  batch: readonly QueueMessage[],
  failedIds: readonly string[],
): Promise<void> => {
  const failed = new Set(failedIds);
  const ignored = ({ body }: QueueMessage) => isIgnored(bus.orders, consumer.spec, placeOf(body));
  if (!checkBatch(bus.history, batch, failed, ignored)) return;
  for (const message of batch.filter(({ messageId }) => !failed.has(messageId))) {
    await bus.clock.sleep(1);
    const fault = bus.faults.deal("remove");
    if (fault === "fails" || bus.clock.nowMs() < consumer.deniedUntilMs) continue;
    removeMessage(bus, consumer, message.receipt);
  }
};

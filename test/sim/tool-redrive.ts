/**
 * `bus dlq redrive` in the simulation: its own planning and sorting, over the models of the queues.
 * It may lose the reply of a send, and be killed anywhere; what it held is visible again later.
 */
import type { Letter } from "../../cli/dead-letters/dead-letter.ts";
import { judgeOrder, type PeekedHead } from "../../cli/dead-letters/judge-order.ts";
import { planOf, type RedrivePlan, sumLetters } from "../../cli/dead-letters/plan.ts";
import { readLetter } from "../../cli/dead-letters/read-letter.ts";
import {
  inWaves,
  judgeLetter,
  newMemory,
  noteSent,
  type RunMemory,
} from "../../cli/dead-letters/sort-letters.ts";
import type { Bus, ConsumerState } from "./bus.ts";
import { dueAt } from "./handled-by.ts";

const BATCH = 10;
const PEEK_MS = 120_000;
const HIDE_MS = 30_000;

const receive = (bus: Bus, { deadLetters }: ConsumerState, hideMs: number): Letter[] =>
  deadLetters.receive(BATCH, bus.clock.nowMs(), bus.random.next, hideMs).map((message) =>
    readLetter({
      MessageId: message.messageId,
      ReceiptHandle: message.receipt,
      Body: message.body,
      Attributes: {
        MessageGroupId: message.groupId,
        SentTimestamp: String(message.sentAtMs),
      },
    }),
  );

const release = (bus: Bus, { deadLetters }: ConsumerState, letters: readonly Letter[]): void => {
  for (const { receiptHandle } of letters) {
    deadLetters.hide(receiptHandle, 0, bus.clock.nowMs());
  }
};

const peek = (bus: Bus, consumer: ConsumerState): ReadonlyMap<string, PeekedHead> => {
  const heads = new Map<string, PeekedHead>();
  const looked: Letter[] = [];
  for (let letters = receive(bus, consumer, PEEK_MS); letters.length > 0; ) {
    for (const letter of letters) {
      const before = heads.get(letter.orderId);
      if (before === undefined || letter.sequence < before.sequence) {
        heads.set(letter.orderId, letter);
      }
    }
    looked.push(...letters);
    letters = receive(bus, consumer, PEEK_MS);
  }
  release(bus, consumer, looked);
  return heads;
};

const makePlan = (bus: Bus, consumer: ConsumerState): RedrivePlan => {
  const { name } = consumer.spec;
  const rows = bus.tables.rows(name);
  const heads = peek(bus, consumer);
  const due = dueAt(consumer.spec);
  const orders = [...heads].flatMap(([orderId, peeked]) => {
    const row = rows.get(orderId) ?? { seq: 0 };
    const types = bus.orders.get(orderId)?.events.map(({ type }) => type);
    return judgeOrder({ orderId, row, types, due, peeked }) ?? [];
  });
  const depth = consumer.deadLetters.size();
  return planOf({ consumer: name, orders, letters: sumLetters(orders), depth, remarks: [] });
};

type Run = { readonly bus: Bus; readonly consumer: ConsumerState; readonly memory: RunMemory };

/** Whether the tool knows that the letter was sent. */
const send = ({ bus, consumer, memory }: Run, letter: Letter): boolean => {
  const { queue, wake } = consumer;
  const dedupId = `redrive-${bus.ids()}`;
  const { groupId, body } = letter;
  queue.send({ groupId, body, dedupId }, bus.clock.nowMs());
  wake();
  if (bus.random.chance(0.1)) return false;
  const sent = queue.messages().find((message) => message.dedupId === dedupId);
  noteSent(memory, letter, sent?.messageId ?? "");
  return true;
};

/** Answers what it did not get done: to be released at once, or held until the end. */
const moveReceived = async (run: Run, letters: readonly Letter[]) => {
  const { bus, consumer, memory } = run;
  const back: Letter[] = [];
  const held: Letter[] = [];
  const stopped = new Set<string>();
  for (const letter of inWaves(letters).flat()) {
    const verdict = judgeLetter(memory, letter);
    const wanted = verdict === "send" || verdict === "send a copy";
    if (stopped.has(letter.orderId)) back.push(letter);
    else if (!wanted) held.push(letter);
    else if (send(run, letter)) {
      await bus.clock.sleep(1 + bus.random.below(20));
      if (bus.random.chance(0.02)) return "killed";
      consumer.deadLetters.remove(letter.receiptHandle, bus.clock.nowMs());
    } else {
      stopped.add(letter.orderId);
      back.push(letter);
    }
  }
  release(bus, consumer, back);
  return held;
};

/** Its own pass: until nothing comes, with what is not to be touched hidden meanwhile. */
export const toolRedrive = async (bus: Bus, consumer: ConsumerState): Promise<void> => {
  const plan = makePlan(bus, consumer);
  await bus.clock.sleep(bus.random.below(5_000));
  const memory = newMemory(plan.orders, bus.random.chance(0.3) ? "as it lies" : "in sequence");
  const held: Letter[] = [];
  for (;;) {
    const letters = receive(bus, consumer, HIDE_MS);
    if (letters.length === 0) break;
    const left = await moveReceived({ bus, consumer, memory }, letters);
    if (left === "killed") return;
    held.push(...left);
  }
  release(bus, consumer, held);
};

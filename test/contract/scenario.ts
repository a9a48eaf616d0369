/**
 * A scenario is one AWS fact as code. It ends, or throws a `Difference` that says in one line what
 * was seen and what AWS does. The line is the same in each run, so a known difference can be told
 * from a new one.
 */
import { isDeepStrictEqual } from "node:util";
import type {
  QueuesUnderTest,
  QueueUnderTest,
  Received,
  TablesUnderTest,
  Time,
} from "./under-test.ts";

export class Difference extends Error {
  override readonly name = "Difference";
}

/** The machine was too slow for what was to be watched. Nothing was seen, so it says nothing. */
export class TooLate extends Error {
  override readonly name = "TooLate";
}

type Facts = {
  /** B3's number and a letter, as the table shows it. */
  readonly id: string;
  readonly title: string;
  /** The fact it rests on, by its number, or the test in which AWS itself was asked. */
  readonly fact: string;
  /** Takes minutes in real time. */
  readonly slow?: true;
  /** What no model can be asked, and why. */
  readonly notForModels?: string;
};

export type QueueScenario = Facts & {
  readonly needs: "queues";
  readonly run: (queues: QueuesUnderTest, time: Time) => Promise<void>;
};
export type TableScenario = Facts & {
  readonly needs: "tables";
  readonly run: (tables: TablesUnderTest, time: Time) => Promise<void>;
};
export type Scenario = QueueScenario | TableScenario;

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.map(shown).join(" ");
  return String(value);
};

/** `what` completes the sentence "the scenario looked at …". */
export const same = (what: string, seen: unknown, onAws: unknown): void => {
  if (!isDeepStrictEqual(seen, onAws)) {
    throw new Difference(`${what}: ${shown(seen)}; on AWS: ${shown(onAws)}`);
  }
};

/** For what means something only while a timeout runs: seen after its end it is not judged. */
export const within = async (
  time: Time,
  seconds: number,
  look: () => Promise<void>,
): Promise<void> => {
  const fromMs = time.nowMs();
  const [seen] = await Promise.allSettled([look()]);
  if (time.nowMs() - fromMs >= seconds * 1_000) throw new TooLate();
  if (seen.status === "rejected") throw seen.reason;
};

export const bodies = (messages: readonly Received[]): string[] => messages.map(({ body }) => body);

const DEADLINE_MS = 20_000;
const POLL_SECONDS = 0.03;

/** Waits for what comes by itself, such as a delivery; answers whether it came. */
export const until = async (
  time: Time,
  done: () => boolean | Promise<boolean>,
): Promise<boolean> => {
  const deadlineMs = time.nowMs() + DEADLINE_MS;
  while (time.nowMs() < deadlineMs) {
    if (await done()) return true;
    await time.pass(POLL_SECONDS);
  }
  return done();
};

/** Receives and deletes until so many have come, or `last` has, or time is up. */
export const collect = async (
  time: Time,
  queue: QueueUnderTest,
  enough: number | string,
): Promise<readonly Received[]> => {
  const all: Received[] = [];
  await until(time, async () => {
    const messages = await queue.receive({ max: 10 });
    for (const message of messages) await queue.remove(message);
    all.push(...messages);
    return typeof enough === "number"
      ? all.length >= enough
      : all.some(({ body }) => body === enough);
  });
  return all;
};

/** The messages of a group in one receive, in the order they came. */
export const ofGroup = (messages: readonly Received[], group: string): string[] =>
  messages.filter((message) => message.body.startsWith(`${group}-`)).map(({ body }) => body);

export const sendAll = async (queue: QueueUnderTest, ...names: readonly string[]) => {
  const ids: string[] = [];
  for (const body of names) {
    ids.push(await queue.send({ group: body.split("-")[0] as string, body, dedup: body }));
  }
  return ids;
};

import type { DynamoDBRecord } from "aws-lambda";
import { countingTopic, type Refusal } from "./counting-topic.ts";
import { type Driven, driveRelay, type Mapping } from "./drive-relay.ts";
import { STEPS_AN_ORDER } from "./make-backlog.ts";

/** What the topic does to one order's second event. */
export type Trouble = {
  readonly name: string;
  readonly refusal: Refusal;
  /** How often; without end, where the relay parks it at once. */
  readonly times: number;
};

const KEY_GONE: Refusal = { Code: "KMSAccessDenied", SenderFault: false };

export const TROUBLES: readonly Trouble[] = [
  {
    name: "refused for ever, by the sender's fault",
    refusal: { Code: "InvalidParameter", SenderFault: true },
    times: Number.POSITIVE_INFINITY,
  },
  { name: "refused once", refusal: KEY_GONE, times: 1 },
  { name: "refused 5 times", refusal: KEY_GONE, times: 5 },
];

export type RelayCount = Driven & {
  readonly calls: number;
  readonly entries: number;
  readonly twice: number;
  readonly turns: number;
};

/** The event that is refused: of the order in the middle of the backlog, so that others follow. */
const victimOf = (backlog: readonly DynamoDBRecord[]): string =>
  `${backlog[Math.floor(backlog.length / 2)]?.dynamodb?.Keys?.pk?.S}-2`;

/**
 * Throws where an order's events did not all arrive in their order. Of an order with a parked event
 * some later ones are missing too, those of the same batch: they wait to be republished.
 */
const checkArrivals = (
  backlog: readonly DynamoDBRecord[],
  arrived: ReadonlyMap<string, readonly string[]>,
  parked: string | undefined,
): void => {
  const orders = new Set(backlog.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? ""));
  for (const order of orders) {
    const due = Array.from({ length: STEPS_AN_ORDER }, (_, step) => `${order}-${step + 1}`);
    const got = arrived.get(order) ?? [];
    const isStopped = parked !== undefined && due.includes(parked);
    const allowed = isStopped ? due.filter((id) => id !== parked && got.includes(id)) : due;
    if (got.join() !== allowed.join()) {
      throw new Error(
        `of order ${order} arrived ${got.join(", ")}; allowed: ${allowed.join(", ")}`,
      );
    }
  }
};

/** Relays the whole backlog, and checks what arrived. */
export const measureRelay = async (
  backlog: readonly DynamoDBRecord[],
  mapping: Mapping,
  trouble?: Trouble,
): Promise<RelayCount> => {
  const victim = victimOf(backlog);
  let left = trouble?.times ?? 0;
  const topic = countingTopic(({ MessageDeduplicationId }) =>
    trouble !== undefined && MessageDeduplicationId === victim && left-- > 0
      ? trouble.refusal
      : undefined,
  );
  const driven = await driveRelay(backlog, mapping, topic);
  const { unsafe, ...counts } = topic.counts;
  if (unsafe > 0) throw new Error(`${unsafe} calls had two events of one order; allowed: none`);
  checkArrivals(backlog, topic.arrived, driven.parked > 0 ? victim : undefined);
  return { ...driven, ...counts };
};

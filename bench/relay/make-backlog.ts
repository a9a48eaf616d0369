/**
 * A backlog in the orders table's stream: orders of five steps each, in a table of the shop's own,
 * as `appendEvent` writes them. How the records of one order lie among the others' is what decides
 * how full the relay's calls can be, so there are four ways.
 */
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { generateTrace } from "../../cli/generate-trace.ts";
import { type SeededRandom, seededRandom } from "../../cli/seeded-random.ts";
import type { PlaceLine } from "../../cli/trace-line.ts";
import { appendEvent, type OrderHead } from "../../lambdas/core/append-event.ts";
import type { OrderEventType } from "../../lambdas/core/order-event.ts";

const SEED = 1;
export const OUTBOX = "outbox";

/** An order in two parcels. */
const STEPS: readonly OrderEventType[] = [
  "order.created",
  "order.paid",
  "order.shipped",
  "order.shipped",
  "order.delivered",
];
export const STEPS_AN_ORDER = STEPS.length;

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const OPEN_MS = 14 * HOUR_MS;

/** When the steps of an order are taken, in milliseconds since the shop opened. */
type Pace = (random: SeededRandom, index: number) => readonly number[];

const stepsAfter =
  (openMs: number, gapsMs: readonly number[]): Pace =>
  (random) => {
    let atMs = random.between(0, openMs);
    return [atMs, ...gapsMs.map((gapMs) => (atMs += random.between(1, gapMs)))];
  };

export const ARRANGEMENTS: Readonly<Record<string, Pace>> = {
  "a day's orders, delivered within three": stepsAfter(OPEN_MS, [
    HOUR_MS / 2,
    ...[8 * HOUR_MS, 8 * HOUR_MS, 72 * HOUR_MS],
  ]),
  "each order done within a minute": stepsAfter(OPEN_MS, Array(4).fill(15 * SECOND_MS)),
  "one order after the other": (_, index) => STEPS.map((_, step) => index * STEPS.length + step),
  "every order a step, then the next step": (_, index) =>
    STEPS.map((_, step) => step * 1e9 + index),
};

const headOf = ({ orderId, customerId, currency, lines }: PlaceLine): OrderHead => ({
  ...{ orderId, customerId, currency, lines },
  totalCents: lines.reduce(
    (sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents,
    0,
  ),
});

type Image = NonNullable<NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]>;
type Write = { readonly atMs: number; readonly oldImage?: Image; readonly newImage: Image };

const writesOf = (order: OrderHead, times: readonly number[]): Write[] => {
  let outbox: unknown;
  let oldImage: Image | undefined;
  return STEPS.map((type, step) => {
    const id = `${order.orderId}-${step + 1}`;
    const event = { id, type, time: new Date(Date.UTC(2026, 0, 1) + step).toISOString() };
    const answer = appendEvent({ attribute: OUTBOX, outbox, order, event });
    if (answer.kind !== "append") throw new Error(`${id} was not appended: ${answer.kind}`);
    outbox = answer.outbox;
    const newImage = marshall({ pk: order.orderId, [OUTBOX]: outbox }) as Image;
    const write = { atMs: times[step] ?? 0, newImage, ...(oldImage && { oldImage }) };
    oldImage = newImage;
    return write;
  });
};

/** The stream, oldest first: `STEPS_AN_ORDER` records an order. */
export const makeBacklog = (orders: number, pace: Pace): readonly DynamoDBRecord[] => {
  const random = seededRandom(SEED);
  const placed = generateTrace(SEED, orders).filter((line) => line.action === "place");
  const writes = placed.flatMap((line, index) => writesOf(headOf(line), pace(random, index)));
  return writes
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ newImage, oldImage }, index) => ({
      eventName: oldImage === undefined ? "INSERT" : "MODIFY",
      dynamodb: {
        SequenceNumber: String(index + 1).padStart(21, "0"),
        ...(newImage.pk && { Keys: { pk: newImage.pk } }),
        NewImage: newImage,
        ...(oldImage && { OldImage: oldImage }),
      },
    }));
};

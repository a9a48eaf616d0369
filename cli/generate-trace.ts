/**
 * A day of a shop, made up from a seed: the same seed and number of orders give the same bytes on
 * any machine. Customers come back, a few SKUs are in most baskets, some orders are cancelled or
 * come to rest half-way, and some steps are asked for too early or twice, to be refused.
 */
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import type { PlaceLine, StepLine, TraceLine } from "./trace-line.ts";

const MAX_ORDERS = 1_000_000;
const OPENS_AT_MS = Date.UTC(2025, 2, 14, 8);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Action = StepLine["action"];
/** An order's steps after its placement, each with the longest time until it is taken. */
type Course = { readonly share: number; readonly steps: readonly (readonly [Action, number])[] };

const PAY = ["pay", 30 * MINUTE_MS] as const;
const SHIP = ["ship", 8 * HOUR_MS] as const;
const DELIVER = ["deliver", 3 * DAY_MS] as const;
const CANCEL = ["cancel", 2 * HOUR_MS] as const;
const AGAIN_MS = MINUTE_MS;

const COURSES: readonly Course[] = [
  { share: 70, steps: [PAY, SHIP, DELIVER] },
  { share: 4, steps: [] },
  { share: 5, steps: [PAY] },
  { share: 5, steps: [PAY, SHIP] },
  { share: 4, steps: [CANCEL] },
  { share: 4, steps: [PAY, CANCEL] },
  // What a busy shop also does: each of these has at least one step that must be refused.
  { share: 2, steps: [["ship", AGAIN_MS], PAY, SHIP, DELIVER] },
  { share: 2, steps: [["ship", AGAIN_MS], PAY, DELIVER] },
  { share: 2, steps: [PAY, ["pay", AGAIN_MS], SHIP, DELIVER] },
  { share: 1, steps: [PAY, SHIP, CANCEL, DELIVER, ["deliver", AGAIN_MS]] },
  { share: 1, steps: [CANCEL, PAY] },
];
const SHARES = COURSES.reduce((sum, { share }) => sum + share, 0);

const chooseCourse = (random: SeededRandom): Course["steps"] => {
  let left = random.between(1, SHARES);
  const course = COURSES.find(({ share }) => {
    left -= share;
    return left <= 0;
  });
  return course?.steps ?? [];
};

const code = (kind: string, number: number, digits: number): string =>
  `${kind}-${String(number).padStart(digits, "0")}`;

/** The cube of an even distribution: a tenth of the SKUs makes up half of what is sold. */
const chooseSku = (random: SeededRandom, skus: number): string => {
  const share = random.next();
  return code("sku", 1 + Math.floor(skus * share * share * share), 4);
};

/** A price belongs to its SKU, not to the order that names it. */
const priceOf = (sku: string): number => 199 + ((Number(sku.slice(4)) * 7_919) % 19_800);

const basket = (random: SeededRandom, skus: number): PlaceLine["lines"] => {
  const size = random.chance(0.4) ? 1 : random.between(2, 5);
  return Array.from({ length: size }, () => {
    const sku = chooseSku(random, skus);
    const quantity = random.chance(0.05) ? random.between(10, 24) : random.between(1, 3);
    return { sku, quantity, unitPriceCents: priceOf(sku) };
  });
};

type Timed = { readonly atMs: number; readonly line: TraceLine };

const generateOrder = (random: SeededRandom, orderId: string, orders: number): Timed[] => {
  // In whole milliseconds, and never two steps of one order at once.
  const after = (atMs: number, longestMs: number) => atMs + random.between(1_000, longestMs);
  let atMs = after(OPENS_AT_MS, 14 * HOUR_MS);
  const placed: PlaceLine = {
    at: new Date(atMs).toISOString(),
    orderId,
    action: "place",
    customerId: code("customer", random.between(1, Math.max(1, Math.floor(orders / 2))), 6),
    currency: "EUR",
    lines: basket(random, Math.max(12, Math.floor(orders / 3))),
  };
  const timed: Timed[] = [{ atMs, line: placed }];
  for (const [action, longestMs] of chooseCourse(random)) {
    atMs = after(atMs, longestMs);
    timed.push({ atMs, line: { at: new Date(atMs).toISOString(), orderId, action } });
  }
  return timed;
};

export const DEFAULT_ORDERS = 300;

export const generateTrace = (seed: number, orders = DEFAULT_ORDERS): readonly TraceLine[] => {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new Error(`the seed is ${seed}; allowed: a whole number from 0, such as 1`);
  }
  if (!Number.isInteger(orders) || orders < 1 || orders > MAX_ORDERS) {
    throw new Error(`${orders} orders; allowed: a whole number from 1 to ${MAX_ORDERS}`);
  }
  const random = seededRandom(seed);
  const timed = Array.from({ length: orders }, (_, index) =>
    generateOrder(random, code(`day${seed}`, index + 1, 6), orders),
  ).flat();
  // Sorting is stable, so steps of two orders at the same instant keep their place.
  return timed.sort((a, b) => a.atMs - b.atMs).map(({ line }) => line);
};

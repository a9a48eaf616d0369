/** Orders of this run as lines of a trace, so that one prediction fits them all. */
import type { PlaceLine, StepLine, TraceLine } from "../../cli/trace-line.ts";
import type { World } from "./world.ts";

export type OrderLine = PlaceLine["lines"][number];
export type Step = StepLine["action"];

/** Of no importance: a trace is played as fast as it goes. */
const AT = "2025-03-14T12:00:00.000Z";

export const stepLine = (orderId: string, action: Step): StepLine => ({ at: AT, orderId, action });

/** An order that nobody ever had, of SKUs and a customer that nobody had either. */
export const makeOrder = (
  world: World,
  what: string,
  { steps = [], pieces = 2 }: { readonly steps?: readonly Step[]; readonly pieces?: number } = {},
) => {
  const orderId = world.name(what);
  const line = (sku: string, quantity: number, unitPriceCents: number): OrderLine => ({
    ...{ sku: world.name(`${what}-${sku}`), quantity, unitPriceCents },
  });
  const placed: PlaceLine = {
    ...{ at: AT, orderId, action: "place", customerId: world.name(`${what}-customer`) },
    ...{ currency: "EUR", lines: [line("teapot", pieces, 2_495), line("cup", 1, 890)] },
  };
  return { orderId, placed, lines: [placed, ...steps.map((step) => stepLine(orderId, step))] };
};

/** A trace of others with all its names made this run's own. */
export const adopt = (world: World, lines: readonly TraceLine[]): TraceLine[] =>
  lines.map((line) => {
    const orderId = world.name(line.orderId);
    if (line.action !== "place") return { ...line, orderId };
    const own = line.lines.map((each) => ({ ...each, sku: world.name(each.sku) }));
    return { ...line, orderId, customerId: world.name(line.customerId), lines: own };
  });

export const touchedBy = (lines: readonly TraceLine[]) => {
  const placed = lines.filter((line) => line.action === "place");
  const unique = (names: readonly string[]) => [...new Set(names)];
  return {
    orderIds: unique(placed.map(({ orderId }) => orderId)),
    customerIds: unique(placed.map(({ customerId }) => customerId)),
    skus: unique(placed.flatMap((line) => line.lines.map(({ sku }) => sku))),
  };
};

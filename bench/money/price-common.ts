/** What a million events cost before they are in the queues: the same for all three. */
import { measuredCosts } from "../../cli/plan/measured-costs.ts";
import { type CostLine, monthCosts } from "../../cli/plan/month-costs.ts";

/** Of the rates of docs/costs.md the one whose batches are full, as those of the consumers here. */
export const COMMON_RATE = 10_000;
const MONTH_SECONDS = 30 * 86_400;
const MILLION = 1_000_000;

const COMMON = [
  "order API, requests",
  "order API, time",
  "orders table",
  "relay",
  "SNS, in",
  "SNS, out",
];

/** Lines of docs/costs.md, each for a million events. */
export const priceCommon = (): readonly CostLine[] => {
  const { lines } = monthCosts(COMMON_RATE, measuredCosts);
  const events = COMMON_RATE * MONTH_SECONDS;
  return COMMON.map((what) => {
    const line = lines.find((each) => each.what === what);
    if (line === undefined) throw new Error(`docs/costs.md has no line ${what}`);
    const usd = (line.usd / events) * MILLION;
    return { what, how: `docs/costs.md, ${COMMON_RATE.toLocaleString("en-US")} events/s`, usd };
  });
};

/** What a million events cost on AWS, from what one event needs; the arithmetic line by line. */
import type { CostLine } from "../../cli/plan/month-costs.ts";
import { PLAN_DEFAULTS } from "../../cli/plan/plan-defaults.ts";
import { PRICES } from "../../cli/plan/prices.ts";

const MILLION = 1_000_000;

/** What one event needs at all consumers together, as it was counted. */
export type EventNeeds = {
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Receives and deletes, and changes of visibility. */
  readonly sqsRequests: number;
  /** Of functions. */
  readonly invocations: number;
};

const four = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const price = (usd: number): string => `$${Number((usd * MILLION).toPrecision(4))} a million`;

const requests = (what: string, each: string, count: number, usd: number): CostLine => ({
  what,
  how: `a million × ${four.format(count)} ${each} × ${price(usd)}`,
  usd: MILLION * count * usd,
});

/** DynamoDB on demand charges units and no requests; a transaction's units are twice as many (5.3). */
export const priceNeeds = (needs: EventNeeds): readonly CostLine[] => [
  requests("DynamoDB, writes", "write units", needs.writeUnits, PRICES.writeUnit),
  requests("DynamoDB, reads", "read units", needs.readUnits, PRICES.readUnit),
  requests("SQS", "requests", needs.sqsRequests, PRICES.sqsRequest),
  requests("Lambda, requests", "invocations", needs.invocations, PRICES.lambdaRequest),
];

/** What functions took for an event, billed for the memory that ours have. */
export const priceTime = (seconds: number): CostLine => {
  const gb = PLAN_DEFAULTS.memoryGb;
  return {
    what: "Lambda, time",
    how: `a million × ${four.format(seconds * 1_000)} ms × ${gb} GB × ${price(PRICES.lambdaGbSecond)} GB-seconds`,
    usd: MILLION * seconds * gb * PRICES.lambdaGbSecond,
  };
};

export const dollarsOf = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, { usd }) => sum + usd, 0);

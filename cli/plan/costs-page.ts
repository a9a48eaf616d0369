/** `docs/costs.md`: what a stage costs a month, with the arithmetic. */
import type { MeasuredCosts } from "./measured-costs.ts";
import { type MonthCosts, monthCosts } from "./month-costs.ts";

const RATES = [1, 100, 10_000];

const dollars = new Intl.NumberFormat("en-US", {
  ...{ style: "currency", currency: "USD" },
  ...{ minimumFractionDigits: 2, maximumFractionDigits: 2 },
});
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const perMillion = ({ usd, eventsPerSecond }: MonthCosts): string =>
  dollars.format((usd / (eventsPerSecond * 30 * 86_400)) * 1_000_000);

const summary = (months: readonly MonthCosts[]): string =>
  months
    .map(
      (month) =>
        `| ${whole.format(month.eventsPerSecond)} | ${dollars.format(month.usd)} | ${perMillion(month)} | ${whole.format(month.grownGb)} GB |`,
    )
    .join("\n");

const section = (month: MonthCosts): string => {
  const rows = month.lines.map(
    ({ what, how, usd }) => `| ${what} | ${how} | ${dollars.format(usd)} |`,
  );
  const raise =
    month.raise.length === 0
      ? "An account's first quotas are enough."
      : `Before that, raise or mind:\n\n${month.raise.map((each) => `- ${each}`).join("\n")}`;
  return `## ${whole.format(month.eventsPerSecond)} event${month.eventsPerSecond === 1 ? "" : "s"} a second

| what | how much | a month |
|---|---|---:|
${rows.join("\n")}
| **all** | | **${dollars.format(month.usd)}** |

${raise}`;
};

export const costsPage = (costs: MeasuredCosts): string => {
  const months = RATES.map((rate) => monthCosts(rate, costs));
  const { how } = costs;
  return `# Costs a month

A month of 30 days at a steady rate, all five consumers, a stage that keeps its data, us-east-1, prices of
2026 without free tiers. This page is computed ([\`cli/plan/month-costs.ts\`](../cli/plan/month-costs.ts)) from what
one event costs, which was counted with \`${how.command}\` at commit ${how.commit}:
${whole.format(how.events)} events of ${whole.format(how.orders)} orders on ${how.on}. No bill of AWS
was seen. How long functions run is what will differ most; it is a small part.

| events a second | a month | for a million events | tables grow by |
|---:|---:|---:|---:|
${summary(months)}

How full batches are follows from the rate: a stream is polled four times a second and shard (4.6), and
a queue's batches grow only when all of a consumer's slots are busy. Whether SQS charges what SNS delivers
to it is told nowhere; it is taken as no. A backlog that is caught up later costs less an event, since its
batches are full: \`bus plan\`.

${months.map(section).join("\n\n")}
`;
};

/** From what one event needs on each side: dollars a million events, line by line. */
import type { CostLine } from "../../cli/plan/month-costs.ts";
import type { Chart, Figure, PartReport, Table } from "../part.ts";
import { COMMON_RATE, priceCommon } from "./price-common.ts";
import { dollarsOf, type EventNeeds, priceNeeds, priceTime } from "./price-million.ts";

export type PricedSide = {
  readonly label: string;
  readonly needs: EventNeeds;
  /** Of the functions, an event; where they were timed. */
  readonly seconds?: number;
};

export type PricedMode = {
  /** As in `live`. */
  readonly name: string;
  readonly ours: PricedSide;
  /** By what their figures are called, as in `(b)`. */
  readonly others: Readonly<Record<string, PricedSide>>;
};

const dollars = (usd: number): string => usd.toFixed(3);
const counted = ({ needs }: PricedSide): number => dollarsOf(priceNeeds(needs));

const rowOf = (group: string, { what, how, usd }: CostLine) => [group, what, how, dollars(usd)];

const sumOf = (what: string, lines: readonly CostLine[]): CostLine => ({
  what,
  how: lines.map(({ usd }) => `$${dollars(usd)}`).join(" + "),
  usd: dollarsOf(lines),
});

const sideRows = ({ label, needs, seconds }: PricedSide): Table["rows"] => {
  const lines = priceNeeds(needs);
  const together = sumOf("counted, together", lines);
  const time = seconds === undefined ? [] : [priceTime(seconds)];
  const all = time.map((line) => sumOf("with the functions' time", [together, line]));
  return [...lines, together, ...time, ...all].map((line) => rowOf(label, line));
};

const sidesOf = ({ ours, others }: PricedMode) => [ours, ...Object.values(others)];

const modeTable = (mode: PricedMode): Table => ({
  title: `A million events at all five consumers, ${mode.name}`,
  head: ["side", "what", "how much", "$"],
  rows: sidesOf(mode).flatMap(sideRows),
});

const commonTable = (): Table => {
  const lines = priceCommon();
  return {
    title: "What comes before the queues, the same for all",
    head: ["for", "what", "how much", "$"],
    rows: [...lines, sumOf("together", lines)].map((line) => rowOf("a million events", line)),
  };
};

const figures = ({ name, ours, others }: PricedMode): Figure[] =>
  Object.entries(others).map(([letter, other]) => ({
    name: `money: dollars against ${letter}, ${name}`,
    value: counted(ours) / counted(other),
    unit: "x",
    tells: `${name}: what a million events cost at all five consumers by AWS's prices, for the units, requests and invocations counted; ours against ${other.label}`,
  }));

const chart = (mode: PricedMode): Chart => ({
  title: `A million events at all five consumers, ${mode.name}`,
  unit: "$",
  bars: sidesOf(mode).map((side) => ({ label: side.label, value: counted(side) })),
});

const NOTES = [
  "Prices are those of us-east-1 in 2026 without free tiers (`cli/plan/prices.ts`, each with the public page that it is from). No bill of AWS was seen.",
  "Compared is what the sides do differently: the consumers' calls to DynamoDB and SQS, and their functions. DynamoDB on demand charges units and not requests. An SQS request is a receive, a delete or a change of visibility. Left out are polls of an empty queue, logs, alarms and what the tables store.",
  `What comes before the queues is taken from \`docs/costs.md\` at ${COMMON_RATE.toLocaleString("en-US")} events a second, where batches are full. What SNS delivers to SQS is taken as free of SQS's charge, which AWS says nowhere.`,
  "The figures and charts are of the counted lines alone. The functions' time is what they took on this machine, the median of the rounds, with the store's latency added: it stands beside them, since it is the one line that a machine changes.",
];

export const reportMoney = (modes: readonly PricedMode[]): PartReport => ({
  figures: modes.flatMap(figures),
  tables: [...modes.map(modeTable), commonTable()],
  charts: modes.map(chart),
  notes: NOTES,
});

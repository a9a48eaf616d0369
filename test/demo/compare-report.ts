/** Compares a demo's report with the figures that the Olist trace of 600 orders must give. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const none = { inventory: 0, loyalty: 0, recommendation: 0, warehouse: 0, fraud: 0 };
const expected: Record<string, unknown> = {
  orders: 600,
  events: 2359,
  refused: 16,
  final: { delivered: 572, paid: 13, shipped: 12, cancelled: 3 },
  inventory: { reserved: 15, shipped: 668, skus: 586 },
  loyalty: { points: 74796, customers: 600 },
  recommendation: { pairs: 24, together: 24, bought: 686 },
  warehouse: { facts: 2359 },
  deadLetters: none,
  audit: { ok: true, behind: none },
};

const [, , file = "report.json"] = process.argv;
const report = JSON.parse(readFileSync(file, "utf8"));
const wrong = Object.entries(expected).filter(([name, value]) => {
  const same = isDeepStrictEqual(report[name], value);
  if (!same) console.log(`${name}: ${JSON.stringify(report[name])}, due ${JSON.stringify(value)}`);
  return !same;
});
if (report.fraud?.chains !== 600) {
  wrong.push(["fraud", 600]);
  console.log(`fraud.chains: ${report.fraud?.chains}, due 600`);
}
console.log(
  `${Object.keys(expected).length + 1 - wrong.length} figures as due, ${wrong.length} not`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;

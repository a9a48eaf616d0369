/** Compares a report of the demo or of test:deploy with the figures that the Olist trace of 600 orders must give. */
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
  fraud: {
    chains: 600,
    xor: "0x49a91646c2a70e0db82ffc42eb0002a1bacbf822bd64069c329353eaa2990917",
  },
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
console.log(`${Object.keys(expected).length - wrong.length} figures as due, ${wrong.length} not`);
process.exitCode = wrong.length > 0 ? 1 : 0;

/**
 * The ledger's contract as rows of the table. Its tests are Vitest's and run as such; a row is as
 * AWS when all tests under its heading pass.
 */
import { fileURLToPath } from "node:url";
import type { TestCase, TestModule } from "vitest/node";

export type LedgerPart = {
  readonly id: string;
  readonly title: string;
  readonly fact: string;
  /** The describe block under the ledger's; none for what only the adapter has. */
  readonly heading?: string;
};

export const LEDGER_PARTS: readonly LedgerPart[] = [
  {
    ...{ id: "L1", heading: "rows", fact: "5.2, 5.6" },
    title: "a row is written on the condition that it is as it was read; a lost reply is known",
  },
  {
    ...{ id: "L2", heading: "effects", fact: "5.1, 5.5" },
    title: "a row, its effects and their bounds are one transaction of up to 100 items",
  },
  {
    ...{ id: "L3", heading: "the budget", fact: "5.1, 5.5" },
    title: "the dead-letter budget is spent with the row or not at all",
  },
  {
    ...{ id: "L4", heading: "facts", fact: "BatchWriteItem" },
    title: "facts are written in batches",
  },
  {
    ...{ id: "L5", fact: "5.5" },
    title: "the index of dead letters is sparse; what is refused is told apart by its error",
  },
];

const headingOf = (test: TestCase): string | undefined => {
  const names: string[] = [];
  for (let at = test.parent; at.type === "suite"; at = at.parent) names.unshift(at.name);
  return names[1];
};

const outcomesOf = (module: TestModule): Record<string, string> => {
  const tests = [...module.children.allTests()];
  const outcomes: Record<string, string> = {};
  for (const { id, heading } of LEDGER_PARTS) {
    const own = tests.filter((test) => headingOf(test) === heading);
    if (own.length === 0) continue;
    const failed = own.filter((test) => test.result().state !== "passed");
    const names = failed.map(({ name }) => name).join("; ");
    outcomes[id] = failed.length === 0 ? "✓" : `${failed.length} of ${own.length}: ${names}`;
  }
  return outcomes;
};

/** Over the tables in memory, or over DynamoDB at an address. */
export const runLedger = async (url?: string): Promise<Record<string, string>> => {
  const { startVitest } = await import("vitest/node");
  const file = url === undefined ? "memory-ledger.test.ts" : "dynamo-ledger.test.ts";
  const vitest = await startVitest("test", [`test/contract/${file}`], {
    ...{ watch: false, reporters: [{}], root: fileURLToPath(new URL("../..", import.meta.url)) },
    env: url === undefined ? {} : { CONTRACT_DYNAMODB: url },
  });
  const [module] = vitest.state.getTestModules();
  const outcomes = module === undefined ? {} : outcomesOf(module);
  await vitest.close();
  // A failed test is an outcome here, which the caller compares with the recorded one.
  process.exitCode = 0;
  if (Object.keys(outcomes).length === 0) throw new Error(`${file} did not run`);
  return outcomes;
};

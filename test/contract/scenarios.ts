/** All scenarios in the order of the table, and how one is run. */
import { deadLetterScenarios } from "./dead-letter.contract.ts";
import { deduplicationScenarios } from "./deduplication.contract.ts";
import { queueScenarios } from "./fifo-queue.contract.ts";
import { topicScenarios } from "./fifo-topic.contract.ts";
import { moveScenarios } from "./move-task.contract.ts";
import { mappingScenarios } from "./queue-mapping.contract.ts";
import { Difference, type Scenario, TooLate } from "./scenario.ts";
import { streamScenarios } from "./stream.contract.ts";
import type { UnderTest } from "./under-test.ts";

const unsorted: readonly Scenario[] = [
  ...queueScenarios,
  ...deduplicationScenarios,
  ...deadLetterScenarios,
  ...mappingScenarios,
  ...topicScenarios,
  ...moveScenarios,
  ...streamScenarios,
];

const inOrder = new Intl.Collator("en", { numeric: true });

export const SCENARIOS: readonly Scenario[] = unsorted.toSorted((a, b) =>
  inOrder.compare(a.id, b.id),
);

export const AS_AWS = "✓";

const TRIES = 5;

/** `✓`, or what differs. Only a run that was too slow to see anything is run again. */
export const outcomeOf = async (
  scenario: Scenario,
  under: UnderTest,
  tried = 1,
): Promise<string> => {
  try {
    if (scenario.needs === "queues" && under.queues !== undefined) {
      await scenario.run(under.queues, under.time);
    } else if (scenario.needs === "tables" && under.tables !== undefined) {
      await scenario.run(under.tables, under.time);
    } else throw new Error(`it has no ${scenario.needs}`);
    return AS_AWS;
  } catch (error) {
    if (error instanceof Difference) return error.message;
    if (error instanceof TooLate && tried < TRIES) return outcomeOf(scenario, under, tried + 1);
    return `it fails with ${error instanceof Error ? error.name : String(error)}`;
  }
};

/** Runs all scenarios of one endpoint and says what was seen of each. */
import { awsUnderTest } from "./aws-under-test.ts";
import type { Endpoint } from "./endpoints.ts";
import { modelUnderTest } from "./model-under-test.ts";
import type { Scenario } from "./scenario.ts";
import { outcomeOf, SCENARIOS } from "./scenarios.ts";
import type { UnderTest } from "./under-test.ts";

/** More at once would make a slow endpoint too slow for the scenarios that watch timeouts. */
const AT_ONCE = 12;

export const isFor = (scenario: Scenario, endpoint: Endpoint): boolean =>
  endpoint.services[scenario.needs] &&
  (endpoint.start !== undefined || scenario.notForModels === undefined);

export const isRun = (scenario: Scenario, endpoint: Endpoint, slow: boolean): boolean =>
  isFor(scenario, endpoint) && (slow || endpoint.start === undefined || scenario.slow !== true);

export type SeeOutcome = (scenario: Scenario, outcome: string) => void;

/** The services wake up at their first call; no scenario should have to wait for that. */
const warmUp = async ({ queues, tables }: UnderTest): Promise<void> => {
  const [topic, queue] = [await queues?.createTopic(), await queues?.createQueue()];
  if (topic && queue) {
    await topic.subscribe(queue);
    await topic.publish([{ body: "warm", dedup: "warm" }]);
  }
  await tables?.createTable();
};

export const runModels = async (see: SeeOutcome, endpoint: Endpoint): Promise<void> => {
  for (const scenario of SCENARIOS.filter((one) => isRun(one, endpoint, true))) {
    see(scenario, await outcomeOf(scenario, modelUnderTest()));
  }
};

export type EndpointRun = {
  readonly url: string;
  readonly endpoint: Endpoint;
  readonly slow: boolean;
};

export const runEndpoint = async (
  { url, endpoint, slow }: EndpointRun,
  see: SeeOutcome,
): Promise<void> => {
  const under = awsUnderTest(url, endpoint.services);
  try {
    await warmUp(under);
    const todo = SCENARIOS.filter((scenario) => isRun(scenario, endpoint, slow));
    // The slow ones first, all of them at once: they mostly wait.
    const waiting = todo.filter((scenario) => scenario.slow === true);
    const quick = todo.filter((scenario) => scenario.slow !== true);
    const run = async (scenario: Scenario) => see(scenario, await outcomeOf(scenario, under));
    const worker = async () => {
      for (let next = quick.shift(); next; next = quick.shift()) await run(next);
    };
    await Promise.all([...waiting.map(run), ...Array.from({ length: AT_ONCE }, worker)]);
  } finally {
    await under.close();
  }
};

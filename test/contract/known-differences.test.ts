/**
 * The scenarios over what `npm test` has at hand. Each must end as recorded: a model as AWS does,
 * an emulator as AWS does or in the way in which it is known to differ.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTable, renderTable } from "./emulator-table.ts";
import { ENDPOINTS, type Running } from "./endpoints.ts";
import { LEDGER_PARTS } from "./ledger-parts.ts";
import { readRecorded } from "./recorded.ts";
import { isRun, runEndpoint, runModels } from "./run-endpoint.ts";
import { AS_AWS, SCENARIOS } from "./scenarios.ts";

const recorded = readRecorded();

describe("the models", () => {
  const seen = new Map<string, string>();
  beforeAll(() => runModels(({ id }, outcome) => seen.set(id, outcome), ENDPOINTS.model));

  for (const scenario of SCENARIOS.filter((one) => isRun(one, ENDPOINTS.model, true))) {
    it(`${scenario.id}: ${scenario.title}`, () => {
      expect(seen.get(scenario.id)).toBe(AS_AWS);
    });
  }
});

describe.each(["fauxqs", "dynoxide"] as const)("%s, as far as it is known", (name) => {
  const endpoint = ENDPOINTS[name];
  const seen = new Map<string, string>();
  let running: Running | undefined;

  beforeAll(async () => {
    running = await endpoint.start?.(undefined);
    const { url = "" } = running ?? {};
    await runEndpoint({ url, endpoint, slow: false }, ({ id }, outcome) => seen.set(id, outcome));
  });
  afterAll(() => running?.stop());

  it("has the version that was looked at", () => {
    expect(endpoint.version).toBe(recorded[name]?.version);
  });

  for (const scenario of SCENARIOS.filter((one) => isRun(one, endpoint, false))) {
    const known = recorded[name]?.outcomes[scenario.id];
    const differs = known === AS_AWS ? "" : " (differs)";
    it(`${scenario.id}: ${scenario.title}${differs}`, () => {
      expect(seen.get(scenario.id)).toBe(known);
    });
  }
});

describe("the table in docs/emulators.md", () => {
  it("is what the record gives", () => {
    expect(readTable()).toBe(renderTable(recorded));
  });

  it("has no row of a scenario that is gone", () => {
    const known = new Set([...SCENARIOS, ...LEDGER_PARTS].map(({ id }) => id));
    for (const one of Object.values(recorded)) {
      expect(Object.keys(one.outcomes).filter((id) => !known.has(id))).toEqual([]);
    }
  });

  it("says that the models and dynoxide keep the ledger's contract, which its own tests check", () => {
    for (const { id, heading } of LEDGER_PARTS) {
      expect(recorded.dynoxide?.outcomes[id]).toBe(AS_AWS);
      if (heading !== undefined) expect(recorded.model?.outcomes[id]).toBe(AS_AWS);
    }
  });
});

/**
 * What each endpoint is known to do: `outcomes.json`, written by `npm run contract -- --write`. An
 * outcome that is not the recorded one is red, also when the endpoint has become better.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { EndpointName } from "./endpoints.ts";

export type Recorded = {
  readonly version: string;
  /** By scenario id; `✓`, or what differs. */
  readonly outcomes: Readonly<Record<string, string>>;
};
export type AllRecorded = Partial<Record<EndpointName, Recorded>>;

const FILE = new URL("outcomes.json", import.meta.url);

export const readRecorded = (): AllRecorded => JSON.parse(readFileSync(FILE, "utf8"));

/** Keeps what this run did not look at, such as the slow scenarios of an earlier one. */
export const writeRecorded = (
  name: EndpointName,
  { version, outcomes }: Recorded,
  known: ReadonlySet<string>,
): void => {
  const all = readRecorded();
  const before = all[name]?.version === version ? all[name].outcomes : {};
  const merged = Object.entries({ ...before, ...outcomes }).filter(([id]) => known.has(id));
  const order = new Intl.Collator("en", { numeric: true });
  const sorted = Object.fromEntries(merged.sort(([a], [b]) => order.compare(a, b)));
  const after = { ...all, [name]: { version, outcomes: sorted } };
  writeFileSync(FILE, `${JSON.stringify(after, undefined, 2)}\n`);
};

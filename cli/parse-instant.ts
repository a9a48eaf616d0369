import { InvalidArgumentError } from "commander";
import type { TimeRange } from "./replay/choose-orders.ts";

const EXAMPLE = "2026-11-20T10:00:00Z";
/** With its offset from UTC: an hour that is one's own is not the events'. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds. */
export const parseInstant = (text: string): number => {
  const atMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new InvalidArgumentError(`Allowed: a time with its offset, such as ${EXAMPLE}.`);
};

/** As `--since` and `--until` give it: what happens at its end is not in it. */
export type GivenTimes = { readonly since?: number; readonly until?: number };

/** What is wrong with it, or the range; `undefined` where none is given. */
export const timeRangeOf = ({ since, until }: GivenTimes): TimeRange | string | undefined => {
  if (since === undefined && until === undefined) return undefined;
  if (since === undefined || until === undefined) return "give both --since and --until";
  return since < until ? { fromMs: since, toMs: until } : "--since must be before --until";
};

import { InvalidArgumentError } from "commander";
import type { TimeRange } from "./choose-orders.ts";

const EXAMPLE = "2026-11-20T10:00:00Z";
/** With its offset from UTC: an hour that is one's own is not the events'. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds. */
export const parseInstant = (text: string): number => {
  const atMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new InvalidArgumentError(`Allowed: a time with its offset, such as ${EXAMPLE}.`);
};

/** An ISO 8601 interval; what happens at its end is not in it. */
export const parseTimeRange = (text: string): TimeRange => {
  const [from = "", to = "", ...more] = text.split("/");
  if (more.length > 0 || to === "") {
    throw new InvalidArgumentError(`Allowed: two times, such as ${EXAMPLE}/2026-11-20T12:00:00Z.`);
  }
  const range = { fromMs: parseInstant(from), toMs: parseInstant(to) };
  if (range.fromMs < range.toMs) return range;
  throw new InvalidArgumentError("Allowed: a first time that is before the second.");
};

/** Of options that count things. */
export const parseCount = (text: string): number => {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("Allowed: a whole number from 1.");
};

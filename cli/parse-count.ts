import { InvalidArgumentError } from "commander";

/** Of options that count things. */
export const parseCount = (text: string): number => {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("Allowed: a whole number from 1.");
};

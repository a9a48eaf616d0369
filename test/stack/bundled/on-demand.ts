import cliProgress from "cli-progress";

/** Only here, so that a bundle of what is loaded at start has none of it. */
export const throwLater = (): never => {
  throw new Error(`later, ${typeof cliProgress}`);
};

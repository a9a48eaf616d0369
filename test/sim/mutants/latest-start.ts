import { type Mutant, withPart } from "../mutant.ts";

/** Reads the stream from now on: what was written before the mapping was live is lost (4.6). */
export const mutant: Mutant = {
  crimes: ["11 outbox = topic", "1 conserved"],
  code: withPart({ start: "LATEST" }),
};

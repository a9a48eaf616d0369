import * as v from "valibot";
import { EVENT_TYPES } from "../core/order-event.ts";
import { json, parseEnvironment } from "./parse-environment.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What the stack tells the patrol. */
const environmentSchema = v.object({
  ORDERS_TABLE: v.string(),
  /** Only before a table of the user's own. */
  OUTBOX_ATTRIBUTE: v.optional(v.string()),
  DEDUP_TABLE: v.string(),
  PATROL_RULES: json(
    v.object({
      behindAfterSeconds: positive,
      retrySeconds: positive,
      backlog: count,
      piece: v.object({
        smallest: positive,
        largest: positive,
        first: positive,
        runsPerRound: positive,
      }),
    }),
  ),
  PATROL_QUEUES: json(
    v.object({
      /** The queue of each consumer that is audited, by its key. */
      queues: v.record(v.string(), v.string()),
      /** Every queue of dead letters, by a name for people. */
      deadLetters: v.record(v.string(), v.string()),
      /** What each of those consumers handles; of one that is not named, every type is missed. */
      handles: v.optional(v.record(v.string(), v.array(v.picklist(EVENT_TYPES))), {}),
    }),
  ),
});
export type PatrolEnvironment = v.InferOutput<typeof environmentSchema>;

/** Throws an error that names each variable at fault; the stack sets them all. */
export const readPatrolEnvironment = (env: NodeJS.ProcessEnv): PatrolEnvironment =>
  parseEnvironment(environmentSchema, env, "the patrol");

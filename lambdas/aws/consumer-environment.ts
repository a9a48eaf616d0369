import * as v from "valibot";
import { failureRulesSchema } from "../core/failure-rules.ts";
import { json, parseEnvironment } from "./parse-environment.ts";

/** What the stack tells a consumer function. */
const environmentSchema = v.object({
  CONSUMER: v.string(),
  GENERATION: v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1)),
  DEDUP_TABLE: v.string(),
  DATA_TABLES: json(v.record(v.string(), v.string())),
  QUEUE_URL: v.string(),
  FAILURE_RULES: json(failureRulesSchema),
  CONSUMER_SETTINGS: json(v.record(v.string(), v.number())),
});
export type ConsumerEnvironment = v.InferOutput<typeof environmentSchema>;

/** Throws an error that names each variable at fault; the stack sets them all. */
export const readEnvironment = (env: NodeJS.ProcessEnv): ConsumerEnvironment =>
  parseEnvironment(environmentSchema, env, "the consumer function");

/** A consumer's key in the dedup table: a new generation starts from nothing. */
export const consumerKey = (name: string, generation: number): string =>
  generation === 1 ? name : `${name}@${generation}`;

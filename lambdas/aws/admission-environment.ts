import * as v from "valibot";
import { json, parseEnvironment } from "./parse-environment.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const marks = v.pipe(
  v.object({ closeAt: count, openAt: count }),
  v.check(({ closeAt, openAt }) => openAt < closeAt, "openAt must be lower than closeAt"),
);

/** What the stack tells the function that looks at the gauges. */
const environmentSchema = v.object({
  DEDUP_TABLE: v.string(),
  ADMISSION_RULES: json(
    v.object({
      critical: v.record(
        v.string(),
        v.object({ depth: marks, deadLetters: marks, retrying: marks }),
      ),
      minimumSeconds: v.object({ open: count, closed: count }),
    }),
  ),
  CRITICAL_QUEUES: json(
    v.record(
      v.string(),
      v.object({
        queueUrl: v.string(),
        deadLetterQueueUrl: v.string(),
        subscriptionDeadLetterQueueUrl: v.string(),
      }),
    ),
  ),
});
export type AdmissionEnvironment = v.InferOutput<typeof environmentSchema>;

/** Throws an error that names each variable at fault; the stack sets them all. */
export const readAdmissionEnvironment = (env: NodeJS.ProcessEnv): AdmissionEnvironment =>
  parseEnvironment(environmentSchema, env, "the admission function");

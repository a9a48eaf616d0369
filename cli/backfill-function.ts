/** A consumer's function and whether it is paused, by the Lambda API. */
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { SQSEvent } from "aws-lambda";
import type { Stage } from "./stage-clients.ts";
import type { ConsumerOutput } from "./stage-outputs.ts";
import { settledState } from "./switch-mapping.ts";

/** Rejects when the function itself failed, with its error's name alone. */
export const invokeConsumer = async (
  lambda: LambdaClient,
  FunctionName: string,
  event: SQSEvent,
): Promise<void> => {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  if (answer.FunctionError === undefined) return;
  const error = new Error("the function failed; see its log");
  error.name = JSON.parse(answer.Payload?.transformToString() ?? "{}").errorType ?? "FunctionError";
  throw error;
};

export const expectPaused = async (
  stage: Pick<Stage, "lambda">,
  { name, mappingId }: ConsumerOutput,
): Promise<void> => {
  const state = await settledState(stage, mappingId);
  if (state === "Disabled") return;
  throw new Error(
    `the mapping of consumer ${name} is ${state}; allowed: Disabled, or live events would be ` +
      "parked before their history. A new consumer is deployed with `paused: true`; one that runs " +
      "needs no backfill.",
  );
};

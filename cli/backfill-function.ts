/** A consumer's function and its event source mapping, by the Lambda API. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  type LambdaClient,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { SQSEvent } from "aws-lambda";
import type { ConsumerOutput } from "./stage-outputs.ts";

const LOOK_EVERY_MS = 500;
const SETTLES_WITHIN_MS = 120_000;

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

const stateOf = async (lambda: LambdaClient, UUID: string): Promise<string> => {
  const { State = "unknown" } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
  return State;
};

/** The state in which the mapping comes to rest: changes take seconds. */
const settledState = async (lambda: LambdaClient, mappingId: string): Promise<string> => {
  const giveUpAt = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const state = await stateOf(lambda, mappingId);
    if (["Enabled", "Disabled"].includes(state) || performance.now() > giveUpAt) return state;
    await sleep(LOOK_EVERY_MS);
  }
};

export const expectPaused = async (
  lambda: LambdaClient,
  { name, mappingId }: ConsumerOutput,
): Promise<void> => {
  const state = await settledState(lambda, mappingId);
  if (state === "Disabled") return;
  throw new Error(
    `the mapping of consumer ${name} is ${state}; allowed: Disabled, or live events would be ` +
      "parked before their history. A new consumer is deployed with `paused: true`; one that runs " +
      "needs no backfill.",
  );
};

/** Lets the queue's events come. The stack's code must say so, too, before its next deploy. */
export const resumeMapping = async (
  lambda: LambdaClient,
  { name, mappingId }: ConsumerOutput,
): Promise<void> => {
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mappingId, Enabled: true }));
  const giveUpAt = performance.now() + SETTLES_WITHIN_MS;
  // Before the change begins, it is told as it was.
  while ((await stateOf(lambda, mappingId)) !== "Enabled") {
    if (performance.now() > giveUpAt) {
      throw new Error(`the mapping of consumer ${name} does not get enabled; look in Lambda why`);
    }
    await sleep(LOOK_EVERY_MS);
  }
};

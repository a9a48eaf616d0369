/** Pauses a consumer's event source mapping and lets it go on, by the Lambda API. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { Stage } from "./stage-clients.ts";
import type { ConsumerOutput } from "./stage-outputs.ts";

/** As Lambda names the two in which a mapping comes to rest. */
export type RestingState = "Enabled" | "Disabled";

const LOOK_EVERY_MS = 500;
const SETTLES_WITHIN_MS = 120_000;

const stateOf = async ({ lambda }: Pick<Stage, "lambda">, UUID: string): Promise<string> => {
  const { State = "unknown" } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
  return State;
};

const isAtRest = (state: string): boolean => state === "Enabled" || state === "Disabled";

/** The last state seen: it holds, unless that took longer than a change ever should. */
const waitFor = async (
  stage: Pick<Stage, "lambda">,
  mappingId: string,
  { holds, signal }: { holds: (state: string) => boolean; signal?: AbortSignal | undefined },
): Promise<string> => {
  const giveUpAt = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const state = await stateOf(stage, mappingId);
    if (holds(state) || performance.now() > giveUpAt) return state;
    await sleep(LOOK_EVERY_MS, undefined, signal && { signal });
  }
};

/** The state in which a mapping comes to rest: changes take seconds. */
export const settledState = (
  stage: Pick<Stage, "lambda">,
  mappingId: string,
  signal?: AbortSignal,
): Promise<string> => waitFor(stage, mappingId, { holds: isAtRest, signal });

/**
 * Resolves when the mapping is in this state: `was so` when it was before. Rejects when Lambda does
 * not get there, or at the signal; what was ordered then goes on by itself.
 */
export const switchMapping = async (
  stage: Pick<Stage, "lambda">,
  { name, mappingId }: Pick<ConsumerOutput, "name" | "mappingId">,
  wanted: RestingState,
  signal?: AbortSignal,
): Promise<"switched" | "was so"> => {
  // Lambda refuses a change while another is under way. It is asked for even where it is told to be
  // so already: of a mapping that was created paused an emulator may tell the opposite.
  const before = await settledState(stage, mappingId, signal);
  const Enabled = wanted === "Enabled";
  await stage.lambda.send(new UpdateEventSourceMappingCommand({ UUID: mappingId, Enabled }));
  // Before the change begins, it is told as it was.
  const state = await waitFor(stage, mappingId, { holds: (now) => now === wanted, signal });
  if (state === wanted) return before === wanted ? "was so" : "switched";
  throw new Error(`the mapping of consumer ${name} stays ${state}; look in Lambda why`);
};

/**
 * What every event source mapping has in common: loops that poll while it is on. Pausing lets
 * batches in hand end first, so that nothing is left half done.
 */

/** As Lambda's API names them. `Disabling`: batches in hand are being ended. */
export type MappingState = "Enabled" | "Disabling" | "Disabled";

export type EventSourceMapping = {
  /** The id under which Lambda's API would know it. */
  readonly id: string;
  readonly functionName: string;
  readonly state: () => MappingState;
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
};

export type PollLoop = (isOn: () => boolean) => Promise<void>;

export type MappingDefinition = {
  readonly id: string;
  readonly functionName: string;
  readonly enabled: boolean;
  /** Each loop returns when `isOn` turns false, and never throws. */
  readonly loops: readonly PollLoop[];
};

export const createEventSourceMapping = (definition: MappingDefinition): EventSourceMapping => {
  const { id, functionName, loops } = definition;
  let on = false;
  let rounds = 0;
  let running: Promise<unknown> = Promise.resolve();
  const poll = async () => {
    await Promise.all(loops.map((loop) => loop(() => on)));
    rounds--;
  };
  const resume = () => {
    if (on) return;
    on = true;
    // One behind the other, if an earlier pause is still ending.
    rounds++;
    running = running.then(poll);
  };
  const pause = async () => {
    on = false;
    await running;
  };
  if (definition.enabled) resume();
  const state = () => {
    if (on) return "Enabled";
    return rounds > 0 ? "Disabling" : "Disabled";
  };
  return { id, functionName, state, pause, resume };
};

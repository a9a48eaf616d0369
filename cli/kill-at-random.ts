import { seededRandom } from "./seeded-random.ts";

export type KillOptions = {
  readonly seed: number;
  readonly functionNames: readonly string[];
  readonly kill: (functionName: string) => void;
};

const LEAST_GAP_LINES = 10;
const LARGEST_GAP_LINES = 60;

/**
 * Kills functions as a trace is played, by the count of lines rather than by the clock: the seed
 * fixes who is killed when, and the kills come while there is work to be torn out of.
 */
export const killAtRandom = ({ seed, functionNames, kill }: KillOptions) => {
  const random = seededRandom(seed);
  let kills = 0;
  let nextAt = random.between(LEAST_GAP_LINES, LARGEST_GAP_LINES);
  return {
    onPlayed: (played: number): void => {
      if (played < nextAt) return;
      nextAt = played + random.between(LEAST_GAP_LINES, LARGEST_GAP_LINES);
      const name = functionNames[random.between(0, functionNames.length - 1)];
      if (name === undefined) return;
      kills++;
      kill(name);
    },
    kills: (): number => kills,
  };
};

/** Kills one victim after another, at moments and in an order that the seed alone draws. */
import { setTimeout as sleep } from "node:timers/promises";
import { type SeededRandom, seededRandom } from "../../cli/seeded-random.ts";
import type { KeptBus, Victim } from "./keep-bus.ts";

export type Kills = ReadonlyMap<string, number>;

export type KillPlan = {
  readonly bus: Pick<KeptBus, "victims" | "kill" | "restart">;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly isTimeUp: () => boolean;
  readonly wait?: (ms: number) => Promise<unknown>;
};

const SHORTEST_GAP_MS = 50;
const LONGEST_GAP_MS = 600;
/** Each function so many times for one time of each emulator and of the runtime. */
const FUNCTION_CARDS = 2;
const MID_START_CHANCE = 0.3;
const LONGEST_START_MS = 2_500;

/** Every victim comes up in every deck, so a short run kills all of them, too. */
const shuffledDeck = (victims: readonly Victim[], random: SeededRandom): Victim[] => {
  const deck = victims.flatMap((victim) =>
    Array.from({ length: victim.kind === "function" ? FUNCTION_CARDS : 1 }, () => victim),
  );
  return deck
    .map((victim) => ({ victim, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ victim }) => victim);
};

/** Answers how many processes of each victim were killed. */
export const killUntil = async (plan: KillPlan): Promise<Kills> => {
  const { bus, seed, signal, isTimeUp } = plan;
  // Chance needs a clock: there is no event to wait for before a kill at any moment.
  const wait = plan.wait ?? ((ms: number) => sleep(ms, undefined, { signal }));
  const random = seededRandom(seed);
  const kills = new Map(bus.victims.map(({ name }) => [name, 0]));
  let deck: Victim[] = [];
  for (;;) {
    await wait(random.between(SHORTEST_GAP_MS, LONGEST_GAP_MS));
    if (isTimeUp()) return kills;
    if (deck.length === 0) deck = shuffledDeck(bus.victims, random);
    const victim = deck.pop();
    if (victim === undefined) return kills;
    const inMidStart = victim.kind === "runtime" && random.chance(MID_START_CHANCE);
    const killed = inMidStart
      ? await bus.restart(random.between(0, LONGEST_START_MS))
      : await bus.kill(victim);
    kills.set(victim.name, (kills.get(victim.name) ?? 0) + killed);
  }
};

const SECONDS_A_KILL = { function: 30, emulator: 30, runtime: 30 };

/** A run that hardly kills proves nothing: what was killed too rarely, as sentences. */
export const tooRare = (
  victims: readonly Victim[],
  kills: Kills,
  seconds: number,
): readonly string[] =>
  victims.flatMap(({ kind, name }) => {
    const least = Math.max(1, Math.floor(seconds / SECONDS_A_KILL[kind]));
    const count = kills.get(name) ?? 0;
    return count >= least ? [] : [`${name} was killed ${count} times, at least ${least} are due`];
  });

/**
 * What a day of 1,000 events costs each place: where there is nothing yet, and where there are many
 * events already. In turns of ten events, so that what else the machine does meets both.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynoxide } from "../../test/emulators/start-dynoxide.ts";
import type { PartOptions } from "../part.ts";
import { countingClient, type Units } from "./counting-client.ts";
import { createPlaceTables } from "./create-place-tables.ts";
import { fillTables } from "./fill-tables.ts";
import { type Names, type Piece, PLACES, type Place } from "./place.ts";
import { EVENTS_A_DAY } from "./shop-day.ts";

export type PieceTime = {
  /** Of this process: the consumer and its client, without the emulator. */
  readonly cpuMs: number;
  readonly wallMs: number;
};
/** One round: the same day in both worlds, its pieces in the same order. */
export type DayInBoth = {
  readonly small: { readonly units: Units; readonly pieces: readonly PieceTime[] };
  readonly grown: { readonly units: Units; readonly pieces: readonly PieceTime[] };
};
export type PlaceCosts = { readonly place: string; readonly rounds: readonly DayInBoth[] };

type World = {
  readonly client: DynamoDBClient;
  readonly take: () => Units;
  readonly stop: () => Promise<void>;
};

/** An emulator of its own, so that one world's data cannot slow the other. */
const openWorld = async (): Promise<World> => {
  const dynoxide = await startDynoxide();
  const counting = countingClient(dynoxide.endpoint);
  return {
    ...counting,
    stop: async () => {
      counting.client.destroy();
      await dynoxide.stop();
    },
  };
};

const timed = async (piece: Piece | undefined): Promise<PieceTime> => {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  await piece?.();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - startedMs };
};

type Side = { readonly world: World; readonly pieces: readonly Piece[] };

const runInTurns = async (small: Side, grown: Side): Promise<DayInBoth> => {
  const sides = [small, grown].map((side) => ({ ...side, times: [] as PieceTime[] }));
  for (const { world } of sides) world.take();
  for (const index of small.pieces.keys()) {
    for (const side of index % 2 === 0 ? sides : sides.toReversed()) {
      side.times.push(await timed(side.pieces[index]));
    }
  }
  const [inSmall, inGrown] = sides.map(({ world, times }) => ({
    units: world.take(),
    pieces: times,
  }));
  if (inSmall === undefined || inGrown === undefined) throw new Error("a world is missing");
  return { small: inSmall, grown: inGrown };
};

type Worlds = {
  readonly small: World;
  readonly grown: World;
  readonly filled: ReadonlyMap<Place, Names>;
};

const fillAll = async (world: World, days: number, options: PartOptions) => {
  const filled = new Map<Place, Names>();
  for (const place of PLACES) {
    options.onProgress(`${days * EVENTS_A_DAY} events to the tables of ${place.name}`);
    const names = await createPlaceTables(world.client, place, "grown");
    await fillTables(place, { client: world.client, names, days, signal: options.signal });
    filled.set(place, names);
  }
  return filled;
};

/** The day after those that are there; in the small world it is the first one of new tables. */
const measureDay = async (
  { small, grown, filled }: Worlds,
  place: Place,
  at: { readonly day: number; readonly round: number },
): Promise<DayInBoth> => {
  const fresh = await createPlaceTables(small.client, place, `small-${at.round}`);
  const day = (world: World, names: Names): Side => ({
    ...{ world, pieces: place.day(world.client, names, at.day) },
  });
  return runInTurns(day(small, fresh), day(grown, filled.get(place) ?? {}));
};

const measureRounds = async (worlds: Worlds, days: number, options: PartOptions) => {
  const costs = PLACES.map((place) => ({ place, rounds: [] as DayInBoth[] }));
  // The first round only warms the code up.
  for (let round = 0; round <= options.rounds; round++) {
    options.onProgress(`${round === 0 ? "warm-up" : `round ${round}`}`);
    for (const { place, rounds } of costs) {
      options.signal.throwIfAborted();
      const measured = await measureDay(worlds, place, { day: days + round, round });
      if (round > 0) rounds.push(measured);
    }
  }
  return costs.map(({ place, rounds }) => ({ place: place.name, rounds }));
};

/** `days`: how many there are already in the grown world. */
export const measureDays = async (
  options: PartOptions,
  days: number,
): Promise<readonly PlaceCosts[]> => {
  const opened: World[] = [];
  const open = async (): Promise<World> => {
    const world = await openWorld();
    opened.push(world);
    return world;
  };
  try {
    const [small, grown] = [await open(), await open()];
    return await measureRounds(
      { small, grown, filled: await fillAll(grown, days, options) },
      days,
      options,
    );
  } finally {
    await Promise.all(opened.map((world) => world.stop()));
  }
};

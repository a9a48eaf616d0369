import { describe, expect, it } from "vitest";
import { killAtRandom } from "../../cli/kill-at-random.ts";

const killed = (seed: number): string[] => {
  const kills: string[] = [];
  let played = 0;
  const killer = killAtRandom({
    seed,
    functionNames: ["api", "relay", "inventory"],
    kill: (name) => kills.push(`${name} at ${played}`),
  });
  while (played < 2_000) killer.onPlayed(++played);
  expect(killer.kills()).toBe(kills.length);
  return kills;
};

describe("killing at random", () => {
  it("kills the same functions at the same lines for a seed", () => {
    expect(killed(7)).toEqual(killed(7));
    expect(killed(7)).not.toEqual(killed(8));
  });

  it("spares none of them, and leaves them time to get something done", () => {
    const kills = killed(7);
    expect(new Set(kills.map((kill) => kill.split(" ")[0])).size).toBe(3);
    expect(kills.length).toBeGreaterThan(2_000 / 60);
    expect(kills.length).toBeLessThan(2_000 / 10);
  });
});

/** What the chaos run is made of; the run itself is `npm run chaos`. */
import { expect, it } from "vitest";
import type { TraceLine } from "../../cli/trace-line.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { endlessTrace, generatedRounds } from "./endless-trace.ts";
import { findDifferences } from "./find-differences.ts";
import type { Victim } from "./keep-bus.ts";
import { killUntil, tooRare } from "./kill-until.ts";

const play = async (seed: number, upToLine: number): Promise<TraceLine[]> => {
  const told: TraceLine[] = [];
  const lines = endlessTrace(
    generatedRounds(seed),
    () => told.length >= upToLine,
    (line) => told.push(line),
  );
  const played: TraceLine[] = [];
  for await (const { number, line } of lines) {
    played.push(line);
    expect(number).toBe(played.length);
  }
  expect(played).toEqual(told);
  return played;
};

it("the trace goes on until time is up, then finishes what was begun and begins nothing", async () => {
  const whole = await play(7, 2_000);
  expect(whole.length).toBeGreaterThan(2_000);
  const placed = whole.flatMap((line) => (line.action === "place" ? [line.orderId] : []));
  expect(new Set(placed).size).toBe(placed.length);
  expect(whole.slice(2_000).filter(({ action }) => action === "place")).toEqual([]);
  const known = new Set(placed);
  expect(whole.every(({ orderId }) => known.has(orderId))).toBe(true);
  // What is refused is a refusal of the courses themselves, not of a step cut off.
  const { refused } = predictFigures(whole);
  expect(refused / whole.length).toBeLessThan(0.05);
});

it("the same seed plays the same orders, another one shares none", async () => {
  const ids = async (seed: number) => new Set((await play(seed, 600)).map((line) => line.orderId));
  expect(await ids(3)).toEqual(await ids(3));
  const others = await ids(4);
  expect([...(await ids(3))].filter((id) => others.has(id))).toEqual([]);
});

const VICTIMS: readonly Victim[] = [
  { kind: "function", name: "api" },
  { kind: "emulator", name: "fauxqs" },
  { kind: "runtime", name: "runtime" },
];

it("every victim has its turn, by the seed's order, and what had no process does not count", async () => {
  const killsOf = async (seed: number) => {
    const order: string[] = [];
    const kill = async ({ name }: Victim) => {
      order.push(name);
      return name === "api" ? 0 : 1;
    };
    const restart = async () => kill({ kind: "runtime", name: "runtime" });
    const bus = { victims: VICTIMS, kill, restart };
    const { signal } = new AbortController();
    const isTimeUp = () => order.length === 4;
    const kills = await killUntil({ bus, seed, signal, isTimeUp, wait: async () => {} });
    return { order, kills };
  };
  const { order, kills } = await killsOf(1);
  expect(order.toSorted()).toEqual(["api", "api", "fauxqs", "runtime"]);
  expect(Object.fromEntries(kills)).toEqual({ api: 0, fauxqs: 1, runtime: 1 });
  expect((await killsOf(1)).order).toEqual(order);
  expect(tooRare(VICTIMS, kills, 10)).toEqual(["api was killed 0 times, at least 1 are due"]);
  expect(tooRare(VICTIMS, kills, 3_600)).toHaveLength(3);
});

it("a number that is not as due is named, and so is one too many or too few", () => {
  const due = { orders: 2, final: { paid: 1, shipped: 1 }, fraud: { xor: "0x1" } };
  expect(findDifferences(due, structuredClone(due))).toEqual([]);
  const found = { orders: 2, final: { paid: 2 }, fraud: { xor: "0x1" }, more: 1 };
  expect(findDifferences(found, due)).toEqual([
    "final.paid is 2, due is 1",
    "final.shipped is undefined, due is 1",
    "more is 1, due is undefined",
  ]);
});

import { join } from "node:path";
import { bundleFunction } from "../../lib/bundle-function.ts";
import type { PartOptions } from "../part.ts";
import { type DeployedCode, readFunctions } from "./read-functions.ts";
import { type Init, timeInit } from "./time-init.ts";

/** Of a function and of its empty handler, in turns. */
export const STARTS_A_ROUND = 15;

const EMPTY = ["dynamo", "dynamo-sqs", "sns-sqs"] as const;

/** Whose clients a function makes at its start. */
const emptyOf = ({ name }: DeployedCode): (typeof EMPTY)[number] =>
  name === "Relay" ? "sns-sqs" : name === "Api" ? "dynamo" : "dynamo-sqs";

export type Pair = { readonly own: Init; readonly empty: Init };
export type Measured = DeployedCode & { readonly rounds: readonly Pair[] };

/** Whatever else the machine does only ever adds: the fastest start is the one least disturbed. */
export const fastest = (inits: readonly Init[]): Init => ({
  initMs: Math.min(...inits.map(({ initMs }) => initMs)),
  cpuMs: Math.min(...inits.map(({ cpuMs }) => cpuMs)),
});

const timeRound = async (code: DeployedCode, empty: string, signal: AbortSignal): Promise<Pair> => {
  const own: Init[] = [];
  const others: Init[] = [];
  const timeOwn = async () => own.push(await timeInit(code.file, code.environment, signal));
  const timeEmpty = async () => others.push(await timeInit(empty, code.environment, signal));
  for (let start = 0; start < STARTS_A_ROUND; start++) {
    // Neither side is always first.
    const turn = start % 2 === 0 ? [timeOwn, timeEmpty] : [timeEmpty, timeOwn];
    for (const time of turn) await time();
  }
  return { own: fastest(own), empty: fastest(others) };
};

const bundleEmpty = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>();
  for (const name of EMPTY) {
    const target = join(folder, name);
    await bundleFunction(join(import.meta.dirname, "empty", `${name}.ts`), target);
    files.set(name, join(target, "index.mjs"));
  }
  return files;
};

/** Synthesizes the stack into the folder, and starts each of its functions again and again. */
export const measureInits = async (
  folder: string,
  { rounds, signal, onProgress }: PartOptions,
): Promise<readonly Measured[]> => {
  onProgress("bundling");
  const functions = await readFunctions(folder);
  const empty = await bundleEmpty(folder);
  const pairs = new Map<string, Pair[]>();
  for (let round = 1; round <= rounds; round++) {
    onProgress(`round ${round} of ${rounds}`);
    for (const code of functions) {
      const pair = await timeRound(code, empty.get(emptyOf(code)) ?? "", signal);
      pairs.set(code.name, [...(pairs.get(code.name) ?? []), pair]);
    }
  }
  return functions.map((code) => ({ ...code, rounds: pairs.get(code.name) ?? [] }));
};

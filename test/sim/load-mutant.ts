import { existsSync, readdirSync } from "node:fs";
import type { Mutant } from "./mutant.ts";

const MUTANTS = new URL("./mutants/", import.meta.url);

export const mutantNames = (): readonly string[] =>
  readdirSync(MUTANTS).map((file) => file.replace(/\.ts$/, ""));

export const loadMutant = async (name: string): Promise<Mutant> => {
  const file = new URL(`${name}.ts`, MUTANTS);
  if (existsSync(file)) return (await import(file.href)).mutant;
  throw new Error(`no mutant "${name}"; there are ${mutantNames().join(", ")}`);
};

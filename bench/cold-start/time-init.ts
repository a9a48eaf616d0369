import { execFile } from "node:child_process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as v from "valibot";
import type { Environment } from "./read-functions.ts";

/** Plain JavaScript: a process that first loads a compiler for TypeScript starts differently. */
const CHILD = `
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { handler } = await import(process.argv[1]);
  const initMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ initMs, cpuMs: (user + system) / 1000, handler: typeof handler }));
`;

const timedSchema = v.object({
  initMs: v.pipe(v.number(), v.minValue(0)),
  cpuMs: v.pipe(v.number(), v.minValue(0)),
  handler: v.literal("function"),
});

/** Milliseconds from the start of the import until the handler can be called. */
export type Init = { readonly initMs: number; readonly cpuMs: number };

/** Loads a bundle in a process of its own, with no environment but the given one. */
export const timeInit = async (
  file: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Init> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", CHILD, pathToFileURL(file).href],
    { env: environment, signal },
  );
  const { initMs, cpuMs } = v.parse(timedSchema, JSON.parse(stdout));
  return { initMs, cpuMs };
};

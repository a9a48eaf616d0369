import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { BusOptions, FromBus, ToBus } from "./bus-program.ts";

/** A bus whose own process can be killed; another on the same folder goes on in its place. */
export const startBusProcess = async (options: BusOptions) => {
  const program = join(import.meta.dirname, "bus-program.ts");
  const child = fork(program, [JSON.stringify(options)], { execArgv: [] });
  const exited = once(child, "exit");
  const killsUnderWay: (() => void)[] = [];
  let functionKills = 0;
  const up = new Promise<Extract<FromBus, { kind: "up" }>>((resolve, reject) => {
    child.on("message", (message: FromBus) => {
      if (message.kind === "up") resolve(message);
      else {
        functionKills += message.environments;
        killsUnderWay.shift()?.();
      }
    });
    child.once("exit", (code) => reject(new Error(`the bus ended at its start with ${code}`)));
  });
  const { apiUrl, functionNames } = await up;
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    child.kill(signal);
    await exited;
  };
  return {
    apiUrl,
    functionNames,
    /** Resolves when they are killed. */
    killFunction: (name: string) =>
      new Promise<void>((resolve) => {
        killsUnderWay.push(resolve);
        child.send({ kill: name } satisfies ToBus);
      }),
    /** Living environments of functions that were killed. */
    functionKills: () => functionKills,
    /** SIGKILL: nothing in the process gets to run again. */
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
};

export type BusProcess = Awaited<ReturnType<typeof startBusProcess>>;

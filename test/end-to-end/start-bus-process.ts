import { fork } from "node:child_process";
import { join } from "node:path";
import type { BusOptions, FromBus, ToBus } from "./bus-program.ts";

/**
 * A bus whose own process can be killed; another on the same folder goes on in its place. The
 * signal kills it too, as early as in mid-start.
 */
export const startBusProcess = async (options: BusOptions, signal?: AbortSignal) => {
  const program = join(import.meta.dirname, "bus-program.ts");
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: [],
    // A Ctrl-C in the terminal is for whoever started this, who then stops it in order.
    detached: true,
    ...(signal && { signal, killSignal: "SIGKILL" }),
  });
  // The signal's kill is told as an error, too; `exit` tells all there is to know.
  child.on("error", () => {});
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const killsUnderWay: ((processes: number) => void)[] = [];
  let functionKills = 0;
  const up = new Promise<Extract<FromBus, { kind: "up" }>>((resolve, reject) => {
    child.on("message", (message: FromBus) => {
      if (message.kind === "up") resolve(message);
      else killsUnderWay.shift()?.(message.processes);
    });
    child.once("exit", (code) => {
      reject(new Error(`the bus ended at its start with ${code}`));
      for (const resolve of killsUnderWay) resolve(0);
    });
  });
  const { apiUrl, functionNames, emulatorNames } = await up;
  const end = async (name: "SIGKILL" | "SIGTERM") => {
    child.kill(name);
    await exited;
  };
  const order = (what: ToBus) =>
    new Promise<number>((resolve) => {
      if (!child.connected) return resolve(0);
      killsUnderWay.push(resolve);
      child.send(what, () => {});
    });
  return {
    apiUrl,
    functionNames,
    emulatorNames,
    /** Resolves when its living environments are killed, with how many there were. */
    killFunction: async (name: string) => {
      const environments = await order({ kill: "function", name });
      functionKills += environments;
      return environments;
    },
    /** Living environments of functions that were killed. */
    functionKills: () => functionKills,
    killEmulator: (name: string) => order({ kill: "emulator", name }),
    /** SIGKILL: nothing in the process gets to run again. */
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
};

export type BusProcess = Awaited<ReturnType<typeof startBusProcess>>;

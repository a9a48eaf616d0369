/** A bus that is started again whenever its own process is killed, on the same folder. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BusOptions } from "../end-to-end/bus-program.ts";
import { type BusProcess, startBusProcess } from "../end-to-end/start-bus-process.ts";

export const RUNTIME = "runtime";

export type Victim = {
  readonly kind: "function" | "emulator" | "runtime";
  readonly name: string;
};

export type KeptBus = {
  readonly apiUrl: string;
  readonly victims: readonly Victim[];
  /** SIGKILL. Answers how many processes of the victim there were. */
  readonly kill: (victim: Victim) => Promise<number>;
  /** SIGKILL of the runtime; answers when another one is up, which is killed in mid-start first if so asked. */
  readonly restart: (killStartAfterMs?: number) => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** A start that fails before it is killed is a failure: the next one must not hide it. */
const startAndKill = async (options: BusOptions, afterMs: number): Promise<void> => {
  const controller = new AbortController();
  const start = startBusProcess(options, controller.signal);
  await Promise.race([sleep(afterMs), start]);
  controller.abort();
  await start.then(
    (bus) => bus.kill(),
    () => {},
  );
};

const victimsOf = ({ functionNames, emulatorNames }: BusProcess): readonly Victim[] => [
  ...functionNames.map((name) => ({ kind: "function" as const, name })),
  ...emulatorNames.map((name) => ({ kind: "emulator" as const, name })),
  { kind: "runtime", name: RUNTIME },
];

export const keepBus = async (options: BusOptions): Promise<KeptBus> => {
  let bus = await startBusProcess(options);
  const { apiUrl } = bus;
  // The same functions, whatever is edited meanwhile; and each start is over sooner.
  const again = { ...options, assembly: join(options.dataDir, "cdk.out") };
  const restart = async (killStartAfterMs?: number) => {
    await bus.kill();
    if (killStartAfterMs !== undefined) await startAndKill(again, killStartAfterMs);
    bus = await startBusProcess(again);
    if (bus.apiUrl === apiUrl) return killStartAfterMs === undefined ? 1 : 2;
    await bus.stop();
    throw new Error(`the API moved from ${apiUrl} to ${bus.apiUrl} when the runtime was killed`);
  };
  return {
    apiUrl,
    victims: victimsOf(bus),
    kill: ({ kind, name }) => {
      if (kind === "runtime") return restart();
      return kind === "function" ? bus.killFunction(name) : bus.killEmulator(name);
    },
    restart,
    stop: () => bus.stop(),
  };
};

/** The bus in a process of its own, which takes orders over IPC: to be killed by a test. */
import { type EmbeddedBus, startEmbeddedBus } from "../../local/embedded-bus.ts";
import type { JsonObject } from "../../local/template.ts";

export type BusOptions = {
  readonly dataDir: string;
  readonly settings: JsonObject;
  /** What an earlier run synthesized. */
  readonly assembly?: string;
  /** Laid over the environment of a function with this in its name. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};
export type FromBus =
  | {
      readonly kind: "up";
      readonly apiUrl: string;
      readonly functionNames: readonly string[];
      readonly emulatorNames: readonly string[];
    }
  | { readonly kind: "killed"; readonly processes: number };
export type ToBus = { readonly kill: "function" | "emulator"; readonly name: string };

const { settings, environments = {}, ...folders }: BusOptions = JSON.parse(process.argv[2] ?? "{}");
const bus = await startEmbeddedBus({
  ...folders,
  context: { settings },
  functionEnvironment: (name): Readonly<Record<string, string>> =>
    Object.entries(environments).find(([part]) => name.includes(part))?.[1] ?? {},
});
const tell = (message: FromBus) => process.send?.(message);

/** Answers how many processes there were to kill. An emulator's successor is not waited for. */
const kill = ({ kill: kind, name }: ToBus, { killFunction, killEmulator }: EmbeddedBus): number => {
  if (kind === "function") {
    const environments = bus.functionPids(name).length;
    killFunction(name);
    return environments;
  }
  const isUp = bus.emulatorPids()[name] !== undefined;
  // A successor that does not come up shows in what follows: nothing moves any more.
  killEmulator(name).catch(() => {});
  return isUp ? 1 : 0;
};

process.on("message", (order: ToBus) => tell({ kind: "killed", processes: kill(order, bus) }));
const stop = async () => {
  await bus.stop();
  process.exit(0);
};
process.once("SIGTERM", stop);
// Whoever started it is gone, and would have stopped it.
process.once("disconnect", stop);
tell({
  kind: "up",
  apiUrl: bus.apiUrl,
  functionNames: bus.functionNames,
  emulatorNames: Object.keys(bus.emulatorPids()),
});

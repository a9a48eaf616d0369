/** What an incident is given: a bus that runs, a shop that goes on, and an operator's shell. */
import type { Send } from "../../cli/api-call.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import type { EmbeddedBus } from "../../local/embedded-bus.ts";
import type { FaultyEndpoint } from "../end-to-end/start-faulty-endpoint.ts";
import type { SlowEndpoint } from "../load/start-slow-endpoint.ts";

export type Typed = { readonly code: number; readonly output: string };

/** Latencies that consumers told, in milliseconds. */
export type LatencyListener = (consumer: string, values: readonly number[]) => void;

export type Game = {
  readonly bus: () => EmbeddedBus;
  readonly stage: () => Stage;
  readonly send: Send;
  readonly dataDir: string;
  /** Of the loyalty consumer's own table, and of all that the warehouse calls. */
  readonly points: FaultyEndpoint;
  readonly facts: SlowEndpoint;
  readonly play: (lines: readonly TraceLine[]) => Promise<unknown>;
  /** Healthy orders, other ones each time. */
  readonly shopOn: (orders: number) => Promise<unknown>;
  /** `bus …`, as an operator types it. */
  readonly type: (...words: readonly string[]) => Promise<Typed>;
  /** Stops the bus and starts it again on its data, with this laid over functions' environments. */
  readonly deploy: (
    environments: Readonly<Record<string, Readonly<Record<string, string>>>>,
    between?: () => Promise<unknown>,
  ) => Promise<void>;
  /** Resolves when the alarm is in this state. */
  readonly alarm: (name: string, state: "ALARM" | "OK") => Promise<void>;
  readonly listen: (listener: LatencyListener | undefined) => void;
};

export type Incident = {
  readonly name: string;
  /** What happens here in place of what happens on AWS. */
  readonly standsFor: string;
  /** The alarm that finds it, or the audit. */
  readonly foundBy: `alarm ${string}` | "audit";
  /** Looked for while it is being broken, since it is over by itself. */
  readonly passes?: "by itself";
  readonly breaks: (game: Game) => Promise<unknown>;
  /** Answers with what was typed. */
  readonly mends: (game: Game) => Promise<string>;
};

/** Throws unless the command ended with this code. */
export const expectCode = ({ code, output }: Typed, wanted: number, what: string): void => {
  if (code !== wanted) throw new Error(`${what} ended with ${code}, not ${wanted}:\n${output}`);
};

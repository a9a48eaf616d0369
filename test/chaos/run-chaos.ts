/**
 * Plays orders through the API while functions, emulators and the runtime itself are killed; then
 * lets everything drain, and compares every number with what a calm run must give.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Audit } from "../../cli/audit/audit.ts";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { httpSender } from "../../cli/http-sender.ts";
import { type Played, playTrace } from "../../cli/play-trace.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { type Figures, readFigures } from "../../cli/read-figures.ts";
import { defaultPatience } from "../../cli/send-patiently.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { connect } from "../end-to-end/start-bus.ts";
import { endlessTrace, fileRounds, generatedRounds } from "./endless-trace.ts";
import { findDifferences } from "./find-differences.ts";
import { type KeptBus, keepBus } from "./keep-bus.ts";
import { type Kills, killUntil, tooRare } from "./kill-until.ts";

export type ChaosOptions = {
  readonly seed: number;
  readonly seconds: number;
  readonly trace?: string;
  readonly keep?: true;
};

export type ChaosReport = {
  readonly kills: Kills;
  readonly played: Played;
  readonly drainSeconds: number;
  readonly figures: Figures;
  /** Each thing that is not as it must be, as a sentence. */
  readonly problems: readonly string[];
};

type Told = { readonly onProgress: (text: string) => void; readonly signal: AbortSignal };

/**
 * What a killed function held comes back after 6 times its timeout, so that is short; so is the
 * backoff. What decides that an event is dead is as everywhere, and an innocent must not meet it.
 */
const SETTINGS = {
  timeoutSeconds: 2,
  outageFloorSeconds: 0,
  maxReceiveCount: 1_000,
  failureRules: { backoffCapSeconds: 4 },
};
/** Few enough that the consumers keep up: they, too, are to be killed in mid-work. */
const CALLS_AT_A_TIME = 6;
/** A call may meet one dead runtime after another. */
const PATIENCE = { ...defaultPatience, patienceMs: 300_000 };

const seconds = (sinceMs: number): number => Math.round(performance.now() - sinceMs) / 1_000;

/** Plays until time is up and all that was begun is finished; answers once the last kill is mended, too. */
const playAndKill = async (bus: KeptBus, options: ChaosOptions, told: Told) => {
  const lines: TraceLine[] = [];
  const { send, close } = httpSender(bus.apiUrl);
  const startedMs = performance.now();
  const over = new AbortController();
  const signal = AbortSignal.any([told.signal, over.signal]);
  const isTimeUp = () => signal.aborted || performance.now() - startedMs >= options.seconds * 1_000;
  const rounds =
    options.trace === undefined ? generatedRounds(options.seed) : fileRounds(options.trace);
  const kills = killUntil({ bus, seed: options.seed, signal, isTimeUp });
  const play = playTrace({
    lines: endlessTrace(rounds, isTimeUp, (line) => lines.push(line)),
    ...{ send, signal, concurrency: CALLS_AT_A_TIME, patience: PATIENCE },
  });
  try {
    return { kills: await kills, played: await play, lines };
  } finally {
    // Whichever failed, the other one ends before the bus is stopped.
    over.abort(new Error("the run is over"));
    await Promise.allSettled([kills, play]);
    close();
  }
};

const readDepths = async ({ sqs, outputs }: Stage): Promise<Record<string, number>> => {
  const { ParkingQueueUrl } = outputs;
  const parked = ParkingQueueUrl === undefined ? 0 : await queueDepth(sqs, ParkingQueueUrl);
  return { "entries parked by the relay": parked };
};

const judge = async (stage: Stage, audit: Audit, lines: readonly TraceLine[]) => {
  const { refused, ...due } = predictFigures(lines);
  const figures = await readFigures(stage);
  const none = Object.fromEntries(audit.consumers.map(({ name }) => [name, 0]));
  const problems = [
    ...audit.problems,
    ...findDifferences(figures, { ...due, deadLetters: none }),
    ...findDifferences(await readDepths(stage), { "entries parked by the relay": 0 }),
  ];
  return { figures, refused, problems };
};

const runOn = async (bus: KeptBus, stage: Stage, options: ChaosOptions, told: Told) => {
  told.onProgress(`playing and killing for ${options.seconds} s`);
  const { kills, played, lines } = await playAndKill(bus, options, told);
  told.onProgress(`no more kills: ${played.lines} steps are played, the rest is to drain`);
  const playedMs = performance.now();
  await waitUntilDrained(stage, { signal: told.signal });
  const drainSeconds = seconds(playedMs);
  const audit = await auditOrders(stage);
  const { figures, refused, problems } = await judge(stage, audit, lines);
  const allProblems = [
    ...problems,
    ...findDifferences(played.refused, refused, "refused steps"),
    ...tooRare(bus.victims, kills, options.seconds),
    ...(played.retries > 0 ? [] : ["no call of the API was hit by a kill"]),
    ...(played.accepted >= options.seconds ? [] : [`only ${played.accepted} steps were played`]),
  ];
  return { kills, played, drainSeconds, figures, problems: allProblems };
};

export const runChaos = async (options: ChaosOptions, told: Told): Promise<ChaosReport> => {
  const dataDir = mkdtempSync(join(tmpdir(), "order-event-bus-chaos-"));
  let bus: KeptBus | undefined;
  let close = () => {};
  try {
    told.onProgress("starting the bus");
    bus = await keepBus({ dataDir, settings: SETTINGS });
    told.signal.throwIfAborted();
    const stage = await connect(dataDir);
    close = stage.close;
    return await runOn(bus, stage, options, told);
  } finally {
    close();
    await bus?.stop();
    if (options.keep) told.onProgress(`kept: ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
};

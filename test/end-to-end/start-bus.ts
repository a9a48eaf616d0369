/** The embedded bus in a folder of its own, with all that a test needs to use and to judge it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpSender } from "../../cli/http-sender.ts";
import { playTrace } from "../../cli/play-trace.ts";
import { readOutputs } from "../../cli/read-outputs.ts";
import { connectToStage, type Stage } from "../../cli/stage-clients.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { type EmbeddedBusOptions, startEmbeddedBus } from "../../local/embedded-bus.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import type { JsonObject } from "../../local/template.ts";
import { countMetrics } from "./count-metrics.ts";

/** Failure rules that take seconds. No token is earned, so that what is spent can be counted. */
export const quickRules = {
  attempts: 3,
  failingSeconds: 1,
  backoffCapSeconds: 2,
  bounceSeconds: 0,
  budget: { capacity: 10, appliedPerToken: 1_000_000, tokensPerMinute: 1, tokensPerHour: 0 },
};
export const quickSettings = {
  failureRules: quickRules,
  maxReceiveCount: 12,
  outageFloorSeconds: 0,
};

/** Numbered on from test to test, since a line's number is a part of its idempotency key. */
export const tracePlayer = (apiUrl: string) => {
  const { send, close } = httpSender(apiUrl);
  let number = 0;
  const play = (lines: readonly TraceLine[], onPlayed: (played: number) => void = () => {}) =>
    playTrace({ lines: lines.map((line) => ({ number: ++number, line })), send, onPlayed });
  return { send, play, close };
};

export const connect = async (dataDir: string): Promise<Stage & { close: () => void }> =>
  connectToStage(await readOutputs({ outputsFile: outputsPath(dataDir) }));

/** Tells what is stuck, and where, before the test's own time is up. */
export const drain = (stage: Stage) => waitUntilDrained(stage, { stallSeconds: 120 });

export const startBus = async (
  settings: JsonObject,
  options: Omit<EmbeddedBusOptions, "dataDir" | "context" | "onMetric"> = {},
) => {
  const dataDir = mkdtempSync(join(tmpdir(), "end-to-end-"));
  const metrics = countMetrics();
  try {
    const context = { settings };
    const bus = await startEmbeddedBus({ ...options, dataDir, context, onMetric: metrics.listen });
    const stage = await connect(dataDir);
    const player = tracePlayer(bus.apiUrl);
    const stop = async () => {
      player.close();
      stage.close();
      await bus.stop();
      rmSync(dataDir, { recursive: true, force: true });
    };
    return { bus, stage, metrics, dataDir, send: player.send, play: player.play, stop };
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
};

export type TestBus = Awaited<ReturnType<typeof startBus>>;

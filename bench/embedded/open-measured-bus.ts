/** The embedded bus in a folder of its own, with all that a measurement asks of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Send } from "../../cli/api-call.ts";
import { httpSender } from "../../cli/http-sender.ts";
import { readOutputs } from "../../cli/read-outputs.ts";
import { connectToStage, type Stage } from "../../cli/stage-clients.ts";
import { type EmbeddedBus, startEmbeddedBus } from "../../local/embedded-bus.ts";
import type { MetricListener } from "../../local/function-log.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import { type LatencyLog, openLatencyLog } from "../../test/load/latency-log.ts";
import { type SlowEndpoint, startSlowEndpoint } from "../../test/load/start-slow-endpoint.ts";

export type MeasuredBus = {
  readonly bus: EmbeddedBus;
  readonly stage: Stage;
  readonly send: Send;
  readonly latencies: LatencyLog;
  /** Before the database, for the consumer that was named. */
  readonly database: SlowEndpoint;
  readonly close: () => Promise<void>;
};

/** A backlog is what is measured here, so it is not to close the shop. */
const SETTINGS = { admission: "off" };

const toLatencies =
  (log: LatencyLog): MetricListener =>
  ({ consumer, LatencyMs }) => {
    const values = [LatencyMs].flat().filter((value) => typeof value === "number");
    if (typeof consumer === "string") log.hear(consumer, values);
  };

/** `slowed` is a consumer whose calls to its database can be held up. */
export const openMeasuredBus = async (slowed?: string): Promise<MeasuredBus> => {
  const dataDir = mkdtempSync(join(tmpdir(), "bench-"));
  const database = await startSlowEndpoint();
  const latencies = openLatencyLog();
  const stops: (() => unknown)[] = [
    () => rmSync(dataDir, { recursive: true, force: true }),
    database.stop,
  ];
  const close = async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  };
  try {
    const slow = { AWS_ENDPOINT_URL_DYNAMODB: database.url };
    const bus = await startEmbeddedBus({
      ...{ dataDir, context: { settings: SETTINGS }, onMetric: toLatencies(latencies) },
      functionEnvironment: (name) =>
        slowed !== undefined && name.includes(`${slowed}Handler`) ? slow : {},
    });
    stops.push(bus.stop);
    database.connect(bus.endpoints.AWS_ENDPOINT_URL_DYNAMODB);
    const stage = connectToStage(await readOutputs({ outputsFile: outputsPath(dataDir) }));
    stops.push(stage.close);
    const sender = httpSender(bus.apiUrl);
    stops.push(sender.close);
    return { bus, stage, send: sender.send, latencies, database, close };
  } catch (error) {
    await close();
    throw error;
  }
};
